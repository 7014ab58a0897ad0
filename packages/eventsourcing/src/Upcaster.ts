import type { RecordedEvent } from "./Decider.ts";

/** Turns a stored event of any format that was ever written into today's. */
export type Upcaster<Event> = (stored: RecordedEvent) => Event;

/** The upcaster of a log, and what new events are stamped with. */
export interface LogUpcaster<Event> {
  (stored: RecordedEvent): Event;
  /** Today's format of the event types that have had more than one. */
  readonly formats: Readonly<Record<string, number>>;
}

/** One step: an event of format `v` into the same event of format `v + 1`. */
export type UpcastStep = (event: RecordedEvent) => RecordedEvent;

/**
 * Builds an upcaster from steps by type: the step at index 0 lifts format 1 to 2, and so on. An event of a newer format
 * than this program knows is a defect of the deployment and throws.
 */
export const upcaster = <Event extends RecordedEvent>(
  steps: Readonly<Record<string, ReadonlyArray<UpcastStep>>>,
): LogUpcaster<Event> => {
  const formats = Object.fromEntries(Object.entries(steps).map(([type, { length }]) => [type, length + 1]));
  const upcast = (stored: RecordedEvent): Event => {
    const current = formats[stored.type] ?? 1;
    if (stored.v > current) {
      throw new Error(
        `event ${stored.id} (${stored.type}) has format ${stored.v}; this program knows ${current}`,
      );
    }
    let event = stored;
    for (let v = stored.v; v < current; v++) event = { ...steps[stored.type]![v - 1]!(event), v: v + 1 };
    return event as Event;
  };
  return Object.assign(upcast, { formats });
};
