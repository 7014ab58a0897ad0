import type { RecordedEvent } from "@clickclack/eventsourcing/Decider";
import { decodeCommit } from "@clickclack/eventsourcing/JetStreamEventStore";
import type { DirectMessage } from "@clickclack/eventsourcing/nats/directGet";
import { upcastWorkspaceEvent } from "@clickclack/workspace/WorkspaceDecider";

/** An event of the chat log, in today's format, and where it stands. */
export interface StoredEvent {
  readonly partition: number;
  readonly seq: number;
  readonly subject: string;
  readonly event: RecordedEvent;
}

/** The events of a commit of the chat log; none of a commit that cannot be read. */
export const storedEvents = (
  partition: number,
  { subject, seq, data }: DirectMessage,
): ReadonlyArray<StoredEvent> => {
  try {
    const { events } = decodeCommit(data, inTodaysFormat);
    return events.map((event) => ({ partition, seq, subject, event }));
  } catch {
    // `log verify` names it; whoever looks at the log should see what comes after it.
    return [];
  }
};

/** One that a newer program wrote is shown as it is. */
const inTodaysFormat = (stored: RecordedEvent): RecordedEvent => {
  try {
    return upcastWorkspaceEvent(stored);
  } catch {
    return stored;
  }
};
