import type { Position } from "@clickclack/eventsourcing/EventStore";
import type { FileStore } from "@clickclack/storage/FileStore";
import { join } from "node:path";
import type { Deployment } from "../../Deployment.ts";
import { VERSION } from "../../version.ts";
import { EXPORT_FORMAT, type Manifest } from "../format/ExportFormat.ts";
import { type WrittenLines, writeLines } from "../format/LineWriter.ts";
import type { Progress } from "../Progress.ts";
import { exportAccounts } from "./exportAccounts.ts";
import { exportFiles } from "./exportFiles.ts";
import { prepareFolder, writeManifest } from "./exportFolder.ts";
import { exportPersonal } from "./exportPersonal.ts";
import { readWorkspaceLog } from "./readWorkspaceLog.ts";
import { redactEvent } from "./redactEvent.ts";
import { Survey } from "./Survey.ts";

export interface ExportOptions {
  readonly deployment: Deployment;
  readonly store: FileStore;
  readonly workspaceId: string;
  readonly dir: string;
  readonly withDrafts: boolean;
  readonly progress: Progress;
  /** The newest version to export; the one that the workspace has now, unless told otherwise. */
  readonly upTo?: Position;
}

export interface Exported {
  readonly manifest: Manifest;
  /** Uploads whose bytes could not be exported. */
  readonly missing: ReadonlyArray<string>;
}

/**
 * Writes a workspace down as it is now: what is written while this runs is not part of it. Holds a page of the log and one
 * file's chunk in memory, besides the ids of people, uploads and deleted messages. Throws TransferRefused.
 */
export const exportWorkspace = async (options: ExportOptions): Promise<Exported> => {
  const { deployment, workspaceId, dir, withDrafts, progress } = options;
  await prepareFolder(dir);
  // Before the log, so that nobody has read further than it goes.
  const personal = await exportPersonal(deployment, workspaceId, join(dir, "personal.jsonl"), withDrafts);
  const position = options.upTo ?? (await deployment.chatStore.position(workspaceId));
  const survey = await surveyLog(options, position);
  const accounts = await exportAccounts(
    deployment.directory,
    survey.users,
    join(dir, "accounts.jsonl"),
    progress,
  );
  const commits = await exportCommits(options, position, survey);
  const { uploads } = survey;
  const files = await exportFiles({ ...options, uploads });
  const manifest: Manifest = {
    format: EXPORT_FORMAT,
    source: { program: VERSION, epoch: deployment.epoch, exported_at: new Date().toISOString() },
    workspace: { id: workspaceId, slug: survey.slug, name: survey.name },
    version: position.version,
    with_drafts: withDrafts,
    counts: {
      accounts: accounts.lines,
      commits: commits.lines,
      events: survey.events,
      personal_states: personal.lines,
      files: uploads.size,
      bytes: files.bytes,
      missing_files: files.missing.length,
      redacted_messages: survey.deletedMessages.size,
    },
    files: [
      described("personal.jsonl", personal),
      described("accounts.jsonl", accounts),
      described("commits.jsonl", commits),
      described("files.jsonl", files.lines),
    ],
  };
  await writeManifest(dir, manifest);
  return { manifest, missing: files.missing };
};

const described = (name: Manifest["files"][number]["name"], written: WrittenLines) => ({ name, ...written });

const surveyLog = async (
  { deployment, workspaceId, progress }: ExportOptions,
  position: Position,
): Promise<Survey> => {
  const survey = new Survey();
  for await (const page of readWorkspaceLog(deployment, workspaceId, position)) {
    for (const { events } of page) {
      survey.commits++;
      for (const event of events) survey.add(event);
    }
    progress.at("survey", survey.events, position.version);
  }
  return survey;
};

const exportCommits = (
  { deployment, workspaceId, dir, progress }: ExportOptions,
  position: Position,
  survey: Survey,
): Promise<WrittenLines> =>
  writeLines(join(dir, "commits.jsonl"), async (writer) => {
    let done = 0;
    for await (const page of readWorkspaceLog(deployment, workspaceId, position)) {
      for (const { id, scope, type, events } of page) {
        const kept = events.map((event) => redactEvent(event, survey));
        await writer.write({ id, scope, type, events: kept });
        done += events.length;
      }
      progress.at("events", done, position.version);
    }
  });
