import type { AppendResult } from "@clickclack/eventsourcing/EventStore";
import { join } from "node:path";
import type { Deployment } from "../../Deployment.ts";
import type { Manifest } from "../format/ExportFormat.ts";
import { readLines } from "../format/readLines.ts";
import type { IdMap } from "../mapping/IdMap.ts";
import type { Progress } from "../Progress.ts";
import { personalIn } from "./checkLines.ts";

/** States on their way at once. They are stored in the order in which they are sent. */
const WINDOW = 64;

/** Writes what people kept for themselves, except where they have something newer here. */
export const importPersonal = async (
  { personal }: Deployment,
  dir: string,
  manifest: Manifest,
  map: IdMap,
  progress: Progress,
): Promise<{ readonly written: number; readonly kept: number }> => {
  let [written, kept] = [0, 0];
  let sent: Array<Promise<AppendResult>> = [];
  const settle = async () => {
    for (const { _tag } of await Promise.all(sent)) {
      if (_tag === "Appended") written++;
      else kept++;
    }
    sent = [];
    progress.at("personal states", written + kept, manifest.counts.personal_states);
  };
  for await (const line of readLines(join(dir, "personal.jsonl"))) {
    const event = map.map(personalIn(line, manifest.workspace.id));
    const { user_id, scope_id } = event.payload;
    sent.push(personal.write([event.workspace_id, user_id, scope_id], event, 0));
    if (sent.length === WINDOW) await settle();
  }
  await settle();
  return { written, kept };
};
