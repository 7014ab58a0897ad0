import type { Commit } from "@clickclack/protocol/events/Commit";
import type { RecordedEvent, Route } from "./Decider.ts";

/** A commit and where it stands: `seq` is its sequence in the stream of the aggregate's partition. */
export interface StoredCommit<Event> {
  readonly aggregate: string;
  readonly commit: Commit<Event>;
  readonly seq: number;
}

/** How far an aggregate's log reaches: its newest event's version, and the stream sequence of that commit; 0, 0 if empty. */
export interface Position {
  readonly version: number;
  readonly seq: number;
}

export const START: Position = { version: 0, seq: 0 };

/** `Conflict`: somebody else appended since `expectedSeq`; read the tail and decide again. */
export type AppendResult =
  | { readonly _tag: "Appended"; readonly seq: number }
  | { readonly _tag: "Conflict" };

/**
 * The store cannot be reached, or did not answer in time. After an append the outcome is unknown until the tail
 * has been read.
 */
export class StoreUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StoreUnavailable";
  }
}

/** Ordered, fenced logs of commits, one for each aggregate. Every method may throw {@link StoreUnavailable}. */
export interface EventStore<Event extends RecordedEvent> {
  /**
   * Appends if the aggregate's last commit still is the one at `expectedSeq` (0: there is none). The same commit is
   * never stored twice: sent again it meets its own fence, or is answered with where it stands.
   */
  append(aggregate: string, expectedSeq: number, route: Route, commit: Commit<Event>): Promise<AppendResult>;
  /** Up to `limit` commits after the sequence `afterSeq`, in order; fewer only when the log ends. */
  read(aggregate: string, afterSeq: number, limit: number): Promise<ReadonlyArray<StoredCommit<Event>>>;
  /** The commit at exactly this sequence, if it is one of this aggregate. */
  readAt(aggregate: string, seq: number): Promise<StoredCommit<Event> | undefined>;
  /** The position of the newest commit. */
  position(aggregate: string): Promise<Position>;
}
