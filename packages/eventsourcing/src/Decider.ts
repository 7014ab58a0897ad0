import type { Actor, Envelope } from "@clickclack/protocol/events/Envelope";
import type * as Result from "effect/Result";

/**
 * What a decider asks to be recorded; the host stamps id, version, time, actor and causes. Further fields that a context
 * gives it stand beside the payload in the stored event.
 */
export interface NewEvent<Type extends string = string, Payload = unknown> {
  readonly type: Type;
  readonly payload: Payload;
}

/** A stored event as the machinery sees it. */
export type RecordedEvent = Envelope<string, unknown>;

/** The domain said no. `code` is one of the public error codes; `message` is a sentence for people. */
export interface Rejection {
  readonly code: string;
  readonly message: string;
  /** Seconds after which the same command may succeed. */
  readonly retryAfter?: number;
}

/** A client's promise that commands with the same key are the same command; the fingerprint proves it. */
export interface IdempotencyKey {
  readonly key: string;
  readonly fingerprint: string;
}

/** A command on its way to its aggregate. Time and new ids were given to it where it entered the system. */
export interface CommandEnvelope<Command> {
  readonly id: string;
  readonly aggregate: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string;
  readonly actor: Actor;
  readonly correlation_id: string;
  readonly keys?: ReadonlyArray<IdempotencyKey>;
  readonly command: Command;
}

/** Where a command's commit goes: commands that queue up with the same route share a commit. */
export interface Route {
  readonly scope: string;
  /** The type of the first event that the command causes. */
  readonly type: string;
}

/** What a command's decision sees besides the state. */
export interface DecisionContext {
  readonly aggregate: string;
  readonly actor: Actor;
  readonly at: string;
}

/**
 * The rules of one kind of aggregate: plain synchronous functions. `evolve` owns the state it is given and may fold
 * in place; whoever needs the older state keeps a copy.
 */
export interface Decider<State, Command, Event extends RecordedEvent> {
  /** Names the event log that the aggregates live in. */
  readonly log: string;
  readonly initial: (aggregate: string) => State;
  readonly evolve: (state: State, event: Event) => State;
  readonly decide: (
    state: State,
    command: Command,
    context: DecisionContext,
  ) => Result.Result<ReadonlyArray<NewEvent>, Rejection>;
  readonly route: (command: Command) => Route;
  /** The field that carries the aggregate's id in its events: `workspace_id`, `account_id`. */
  readonly idField: string;
  /** Today's format of the event types that have had more than one, as the upcaster of the log knows them. */
  readonly formats?: Readonly<Record<string, number>>;
  /** Ids of parts that the decision needs and the state no longer holds; they are read from the read model first. */
  readonly missing?: (state: State, command: Command) => ReadonlyArray<string>;
  /** Puts parts that were read back into the state, where they are still absent. */
  readonly restore?: (state: State, parts: ReadonlyArray<unknown>) => void;
  readonly snapshot: SnapshotFormat<State>;
}

/** How a state is written down; raise `version` when its shape changes, and older snapshots are ignored. */
export interface SnapshotFormat<State> {
  readonly version: number;
  readonly encode: (state: State) => unknown;
  readonly decode: (json: unknown) => State;
}
