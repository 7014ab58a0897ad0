import { readsLog } from "@clickclack/eventsourcing/EventLog";
import { decodeCommit } from "@clickclack/eventsourcing/JetStreamEventStore";
import { LogReader } from "@clickclack/eventsourcing/LogReader";
import type { PersonalEvent } from "@clickclack/protocol/events/PersonalEvents";
import { upcastPersonalEvent } from "@clickclack/workspace/personal/Personal";
import type { Deployment } from "../../Deployment.ts";
import { type WrittenLines, writeLines } from "../format/LineWriter.ts";

const PAGE = 1_000;

/** Writes what people keep for themselves in a workspace, last values only; drafts where they are asked for. */
export const exportPersonal = (
  { nats }: Deployment,
  workspaceId: string,
  path: string,
  withDrafts: boolean,
): Promise<WrittenLines> =>
  writeLines(path, async (writer) => {
    const reader = new LogReader(nats, readsLog);
    for (let after = 0; ;) {
      const page = await reader.page(0, after, PAGE, readsLog.filter(workspaceId));
      if (page.length === 0) return;
      for (const { data } of page) {
        const [event] = decodeCommit(data, upcastPersonalEvent).events;
        await writer.write(withDrafts ? event : withoutDraft(event!));
      }
      after = page.at(-1)!.seq;
    }
  });

const withoutDraft = (event: PersonalEvent): PersonalEvent => {
  const { draft: _, ...payload } = event.payload;
  return { ...event, payload };
};
