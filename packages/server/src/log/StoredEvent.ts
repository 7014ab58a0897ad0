import type { RecordedEvent } from "@clickclack/eventsourcing/Decider";
import type { DirectMessage } from "@clickclack/eventsourcing/nats/directGet";

/** An event as it stands in the log. */
export interface StoredEvent {
  readonly partition: number;
  readonly seq: number;
  readonly subject: string;
  readonly event: RecordedEvent;
}

const decoder = new TextDecoder();

/** The events of a commit, in the format that they were stored in; none of a commit that cannot be read. */
export const storedEvents = (
  partition: number,
  { subject, seq, data }: DirectMessage,
): ReadonlyArray<StoredEvent> => {
  try {
    const { events } = JSON.parse(decoder.decode(data)) as { readonly events: ReadonlyArray<RecordedEvent> };
    return events.map((event) => ({ partition, seq, subject, event }));
  } catch {
    // `log verify` names it; whoever looks at the log should see what comes after it.
    return [];
  }
};
