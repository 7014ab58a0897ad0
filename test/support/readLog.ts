import { chatLog } from "@clickclack/eventsourcing/EventLog";
import { JetStreamEventStore } from "@clickclack/eventsourcing/JetStreamEventStore";
import { MetaStore } from "@clickclack/eventsourcing/MetaStore";
import { Nats } from "@clickclack/eventsourcing/nats/Nats";
import type { LogMeta } from "@clickclack/eventsourcing/openStreams";
import { wireEvent } from "@clickclack/gateway/surfaces/clickclack/wireEvent";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import type { EventFrame } from "@clickclack/protocol/realtime/Frames";
import { upcastWorkspaceEvent } from "@clickclack/workspace/WorkspaceDecider";

export interface Log {
  readonly events: ReadonlyArray<WorkspaceEvent>;
  /** The same as clients of the native API see them. */
  readonly frames: ReadonlyArray<EventFrame>;
}

/** Everything that is stored of a workspace, read from NATS itself. */
export const readLog = async (natsUrl: string, workspaceId: string): Promise<Log> => {
  const nats = await Nats.connect(natsUrl, "a test's reader of the log");
  try {
    const { partitions, epoch } = (await (await MetaStore.open(nats, 1)).get<LogMeta>("log"))!;
    const store = new JetStreamEventStore(nats, chatLog(partitions), upcastWorkspaceEvent);
    const commits = await store.read(workspaceId, 0, Number.MAX_SAFE_INTEGER);
    const entries = commits.flatMap(({ commit, seq }) => commit.events.map((event) => ({ event, seq })));
    return {
      events: entries.map(({ event }) => event),
      frames: entries.flatMap(({ event, seq }) => wireEvent(event, seq, epoch) ?? []),
    };
  } finally {
    await nats.close();
  }
};
