import * as Schema from "effect/Schema";

/** An idempotency key that a commit used up, and the versions of the events that its command caused. */
export const CommitKey = Schema.Struct({
  key: Schema.String,
  fingerprint: Schema.String,
  first: Schema.Int,
  last: Schema.Int,
});
export type CommitKey = typeof CommitKey.Type;

/** One JetStream message: what a command (or several queued ones of one scope and type) caused, whole or not at all. */
export interface Commit<Event> {
  readonly id: string;
  readonly events: ReadonlyArray<Event>;
  readonly keys?: ReadonlyArray<CommitKey>;
}
