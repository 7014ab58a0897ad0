import type { Position } from "@clickclack/eventsourcing/EventStore";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { join } from "node:path";
import type { Deployment } from "../../Deployment.ts";
import type { Manifest } from "../format/ExportFormat.ts";
import { readLines } from "../format/readLines.ts";
import type { IdMap } from "../mapping/IdMap.ts";
import type { Progress } from "../Progress.ts";
import { type ExportedCommit, exportedCommit } from "./CommitCheck.ts";
import { LogWriter } from "./LogWriter.ts";

interface CommitsImport {
  readonly deployment: Deployment;
  readonly dir: string;
  readonly manifest: Manifest;
  readonly map: IdMap;
  /** What the workspace is called here, in addresses. */
  readonly slug: string;
  /** Commits that are there already, and where the newest of them stands. */
  readonly present: number;
  readonly position: Position;
  readonly progress: Progress;
}

/** Writes the commits that are not there yet. Returns how many, and the position of the newest of all. */
export const importCommits = async (
  options: CommitsImport,
): Promise<{ readonly written: number; readonly position: Position }> => {
  const { deployment, dir, manifest, map, present, progress } = options;
  const writer = new LogWriter(deployment.chatStore, map.workspaceId, options.position);
  let read = 0;
  for await (const line of readLines(join(dir, "commits.jsonl"))) {
    // Those that are there tell what conversations are called.
    const commit = mapCommit(exportedCommit(line), map, { from: manifest.workspace.slug, to: options.slug });
    if (read++ < present) continue;
    await writer.write(commit);
    progress.at("events", writer.position.version, manifest.version);
  }
  return { written: read - present, position: writer.position };
};

/** A commit as it is written here: other ids, and another slug where that is taken. */
export const mapCommit = (
  { id, scope, type, events }: ExportedCommit,
  map: IdMap,
  slug: { readonly from: string; readonly to: string },
): ExportedCommit => ({
  events: events.map((event) => withSlug(map.mapEvent(event), slug)),
  id: map.idOf(id),
  scope: map.idOf(scope),
  type,
});

const withSlug = (
  event: WorkspaceEvent,
  { from, to }: { readonly from: string; readonly to: string },
): WorkspaceEvent => {
  if (from === to || !event.type.startsWith("workspace.")) return event;
  const payload = event.payload as { readonly slug?: unknown };
  return payload.slug === from ? ({ ...event, payload: { ...payload, slug: to } } as WorkspaceEvent) : event;
};
