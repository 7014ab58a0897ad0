import type { RecordedEvent, Rejection } from "./Decider.ts";

/** An event and the stream sequence of its commit. */
export interface Appended<Event> {
  readonly event: Event;
  readonly seq: number;
}

/**
 * What became of a command. `Accepted` with `replayed` is the answer to an earlier, identical command; without events
 * the command changed nothing. `Unavailable`: nothing is known to have been stored, the same command may be sent again.
 */
export type CommandReply<Event extends RecordedEvent> =
  | {
      readonly _tag: "Accepted";
      readonly events: ReadonlyArray<Appended<Event>>;
      readonly replayed: boolean;
      /** The aggregate's position after it. */
      readonly version: number;
      readonly seq: number;
    }
  | { readonly _tag: "Rejected"; readonly rejection: Rejection }
  | { readonly _tag: "NotOwner" }
  | { readonly _tag: "Unavailable"; readonly message: string };

export const unavailable = (message: string): CommandReply<never> => ({ _tag: "Unavailable", message });
