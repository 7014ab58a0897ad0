import type { RecordedEvent } from "./Decider.ts";

/** Turns a stored event of any format that was ever written into today's. */
export type Upcaster<Event extends RecordedEvent> = (stored: RecordedEvent) => Event;

/** One step: an event of format `v` into the same event of format `v + 1`. */
export type UpcastStep = (event: RecordedEvent) => RecordedEvent;

/**
 * Builds an upcaster from steps by type: the step at index 0 lifts format 1 to 2, and so on. An event of a newer format
 * than this program knows is a defect of the deployment and throws.
 */
export const upcaster = <Event extends RecordedEvent>(
  steps: Readonly<Record<string, ReadonlyArray<UpcastStep>>>,
): Upcaster<Event> => {
  return (stored) => {
    const known = steps[stored.type];
    const current = (known?.length ?? 0) + 1;
    if (stored.v > current) {
      throw new Error(
        `event ${stored.id} (${stored.type}) has format ${stored.v}; this program knows ${current}`,
      );
    }
    let event = stored;
    for (let v = stored.v; v < current; v++) event = { ...known![v - 1]!(event), v: v + 1 };
    return event as Event;
  };
};
