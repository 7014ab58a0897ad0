import { newId } from "@clickclack/protocol/Ids";
import type { CommitKey } from "@clickclack/protocol/events/Commit";
import * as Result from "effect/Result";
import { type Aggregate, loadAggregate } from "./Aggregate.ts";
import { type CommandReply, unavailable } from "./CommandReply.ts";
import type { CommandEnvelope, Decider, RecordedEvent, Rejection, Route } from "./Decider.ts";
import { type EventStore, type Position, StoreUnavailable } from "./EventStore.ts";
import type { EarlierCommand } from "./IdempotencyIndex.ts";
import type { Snapshots } from "./Snapshots.ts";

/** Commands that wait for one aggregate. At 3,000 appends a second the last of them waits well under a second. */
const MAX_QUEUED = 2_048;
/** Commands in one commit, and their bytes: a commit must stay below NATS's usual 1 MiB payload. */
const MAX_MERGED = 256;
const MAX_MERGED_BYTES = 512 * 1024;
/** How long a batch is tried again while the store is away, before its callers are told so. */
const RETRY_FOR_MS = 3_000;
const RETRY_EVERY_MS = 100;
/** A part that was read is as old as the position it was read at; within so few events it cannot have been let go again. */
const MAX_RESTORE_LAG = 1_000;
/** Events between snapshots: folding this many takes some tens of milliseconds. */
const SNAPSHOT_EVERY = 5_000;

interface Pending<Command, Event extends RecordedEvent> {
  readonly envelope: CommandEnvelope<Command>;
  readonly bytes: number;
  readonly reply: (reply: CommandReply<Event>) => void;
}

/** How a command of the batch was decided, to be answered once the commit is stored. */
type Decided<Event> =
  | { readonly _tag: "Rejected"; readonly rejection: Rejection }
  | { readonly _tag: "Caused"; readonly events: ReadonlyArray<Event> }
  | { readonly _tag: "Earlier"; readonly earlier: EarlierCommand };

export interface MailboxPorts<State, Command, Event extends RecordedEvent> {
  readonly decider: Decider<State, Command, Event>;
  readonly store: EventStore<Event>;
  readonly snapshots: Snapshots;
  /** Reads parts that the state no longer holds, current at least up to `position`. */
  readonly readParts?: (aggregate: string, ids: ReadonlyArray<string>, at: Position) => Promise<ReadonlyArray<unknown>>;
  /** Whether this process still holds the lease: asked before every append. */
  readonly owns: () => boolean;
  readonly now: () => number;
}

/** One aggregate's actor: takes commands in turn, one append in flight, what queued up meanwhile decided together. */
export class Mailbox<State, Command, Event extends RecordedEvent> {
  readonly #id: string;
  readonly #ports: MailboxPorts<State, Command, Event>;
  #queue: Array<Pending<Command, Event>> = [];
  #aggregate: Aggregate<State> | undefined;
  #running = false;
  #stored: Position | undefined;
  readonly #onIdle: Array<() => void> = [];
  lastUsed: number;

  constructor(id: string, ports: MailboxPorts<State, Command, Event>) {
    this.#id = id;
    this.#ports = ports;
    this.lastUsed = ports.now();
  }

  get idle(): boolean {
    return !this.#running && this.#queue.length === 0;
  }

  /** The newest stored position, as far as this process knows it. */
  get position(): Position | undefined {
    return this.#stored;
  }

  submit(envelope: CommandEnvelope<Command>, bytes: number): Promise<CommandReply<Event>> {
    this.lastUsed = this.#ports.now();
    if (this.#queue.length >= MAX_QUEUED) {
      return Promise.resolve(unavailable("too many commands wait for this workspace; try again"));
    }
    return new Promise((reply) => {
      this.#queue.push({ envelope, bytes, reply });
      if (!this.#running) void this.#run();
    });
  }

  /** Resolves when nothing is queued or in flight. */
  async drained(): Promise<void> {
    if (!this.idle) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      while (this.#queue.length > 0) {
        const batch = this.#takeBatch();
        await this.#process(batch);
      }
    } finally {
      this.#running = false;
    }
    this.#maybeSnapshot();
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  /** The first command's route decides; others join it unless that would overtake an earlier one of their sender. */
  #takeBatch(): ReadonlyArray<Pending<Command, Event>> {
    const { decider } = this.#ports;
    const route = decider.route(this.#queue[0]!.envelope.command);
    const batch: Array<Pending<Command, Event>> = [];
    const rest: Array<Pending<Command, Event>> = [];
    const passedOver = new Set<string>();
    let bytes = 0;
    for (const pending of this.#queue) {
      const sender = pending.envelope.actor.user_id;
      const joins =
        !passedOver.has(sender) &&
        batch.length < MAX_MERGED &&
        (batch.length === 0 || bytes + pending.bytes <= MAX_MERGED_BYTES) &&
        sameRoute(route, decider.route(pending.envelope.command));
      if (joins) {
        batch.push(pending);
        bytes += pending.bytes;
      } else {
        rest.push(pending);
        passedOver.add(sender);
      }
    }
    this.#queue = rest;
    return batch;
  }

  async #process(batch: ReadonlyArray<Pending<Command, Event>>): Promise<void> {
    const deadline = this.#ports.now() + RETRY_FOR_MS;
    for (;;) {
      try {
        if (await this.#attempt(batch)) return;
      } catch (error) {
        // Whatever went wrong, the state may hold undone decisions: it is read again before the next command.
        this.#forget();
        if (!(error instanceof StoreUnavailable)) return answerAll(batch, defect(error));
        if (this.#ports.now() >= deadline) return answerAll(batch, unavailable(error.message));
        await new Promise((resume) => setTimeout(resume, RETRY_EVERY_MS));
      }
    }
  }

  /** Decides and appends once; false when a rival's commit came between and all is to be decided again. */
  async #attempt(taken: ReadonlyArray<Pending<Command, Event>>): Promise<boolean> {
    const { decider, store, snapshots } = this.#ports;
    if (!this.#ports.owns()) {
      this.#forget();
      answerAll(taken, { _tag: "NotOwner" });
      return true;
    }
    const aggregate = (this.#aggregate ??= await loadAggregate(decider, store, snapshots, this.#id));
    const batch = taken.filter((pending) => !this.#restoreFirst(aggregate, pending));

    const commit = { id: newId("cmt", this.#ports.now()), events: [] as Array<Event>, keys: [] as Array<CommitKey> };
    const place = { seq: 0 };
    const expected = aggregate.seq;
    const decided = batch.map((pending) => this.#decide(aggregate, pending.envelope, commit, place));
    if (commit.events.length > 0) {
      const route = decider.route(batch[0]!.envelope.command);
      const { keys, ...bare } = commit;
      const result = await store.append(this.#id, expected, route, keys.length > 0 ? commit : bare);
      if (result._tag === "Conflict") {
        this.#forget();
        return false;
      }
      aggregate.seq = place.seq = result.seq;
    }
    this.#stored = { version: aggregate.version, seq: aggregate.seq };
    for (const [i, pending] of batch.entries()) this.#answer(pending, decided[i]!, aggregate, commit.events);
    return true;
  }

  /**
   * A command about a part that the state let go waits, outside of the queue, until the part was read; the others go
   * on meanwhile, also when the read model is away.
   */
  #restoreFirst(aggregate: Aggregate<State>, pending: Pending<Command, Event>): boolean {
    const { decider, readParts } = this.#ports;
    const missing = decider.missing?.(aggregate.state, pending.envelope.command) ?? [];
    if (missing.length === 0 || !readParts || !decider.restore) return false;
    const at = { version: aggregate.version, seq: aggregate.seq };
    const restore = (parts: ReadonlyArray<unknown>) => {
      const current = this.#aggregate;
      if (!current || current.version - at.version > MAX_RESTORE_LAG) {
        return pending.reply(unavailable("the workspace changed too fast to look up an old message; try again"));
      }
      decider.restore!(current.state, parts);
      this.#queue.unshift(pending);
      if (!this.#running) void this.#run();
    };
    void readParts(this.#id, missing, at).then(restore, (error: unknown) =>
      pending.reply(unavailable(error instanceof Error ? error.message : String(error))),
    );
    return true;
  }

  #decide(
    aggregate: Aggregate<State>,
    envelope: CommandEnvelope<Command>,
    commit: { readonly events: Array<Event>; readonly keys: Array<CommitKey> },
    place: { seq: number },
  ): Decided<Event> {
    const known = this.#known(aggregate, envelope);
    if (known) return known;
    const { decider } = this.#ports;
    const context = { aggregate: this.#id, actor: envelope.actor, at: envelope.at };
    const decision = decider.decide(aggregate.state, envelope.command, context);
    if (Result.isFailure(decision)) return { _tag: "Rejected", rejection: decision.failure };
    const first = aggregate.version + 1;
    const events = decision.success.map((event, i) => this.#stamp(envelope, event, first + i));
    for (const event of events) aggregate.state = decider.evolve(aggregate.state, event);
    if (events.length > 0) {
      const last = (aggregate.version = first + events.length - 1);
      aggregate.index.addCommand(envelope.id, place, first, last);
      for (const key of envelope.keys ?? []) {
        const entry = { ...key, first, last };
        aggregate.index.addKey(entry, Date.parse(envelope.at), place);
        commit.keys.push(entry);
      }
      commit.events.push(...events);
    }
    return { _tag: "Caused", events };
  }

  #known(aggregate: Aggregate<State>, envelope: CommandEnvelope<Command>): Decided<Event> | undefined {
    const sent = aggregate.index.byCommand(envelope.id);
    if (sent) return { _tag: "Earlier", earlier: sent };
    for (const { key, fingerprint } of envelope.keys ?? []) {
      const earlier = aggregate.index.byKey(key, Date.parse(envelope.at));
      if (!earlier) continue;
      if (earlier.fingerprint === fingerprint) return { _tag: "Earlier", earlier };
      return { _tag: "Rejected", rejection: IDEMPOTENCY_CONFLICT };
    }
    return undefined;
  }

  #stamp(
    envelope: CommandEnvelope<Command>,
    event: { readonly type: string; readonly channel_id?: string; readonly payload: unknown },
    version: number,
  ): Event {
    const { type, payload, ...scope } = event;
    return {
      id: newId("evt", this.#ports.now()),
      type,
      v: 1,
      [this.#ports.decider.idField]: this.#id,
      ...scope,
      version,
      at: envelope.at,
      actor: envelope.actor,
      causation_id: envelope.id,
      correlation_id: envelope.correlation_id,
      payload,
    } as unknown as Event;
  }

  #answer(
    pending: Pending<Command, Event>,
    decided: Decided<Event>,
    { version, seq }: Aggregate<State>,
    ofThisCommit: ReadonlyArray<Event>,
  ): void {
    if (decided._tag === "Rejected") return pending.reply(decided);
    if (decided._tag === "Caused") {
      const events = decided.events.map((event) => ({ event, seq }));
      return pending.reply({ _tag: "Accepted", events, replayed: false, version, seq });
    }
    const { commit, first, last } = decided.earlier;
    const inRange = (events: ReadonlyArray<Event>) =>
      events.filter((event) => event.version >= first && event.version <= last);
    const accept = (events: ReadonlyArray<Event>) => {
      const appended = inRange(events).map((event) => ({ event, seq: commit.seq }));
      pending.reply({ _tag: "Accepted", events: appended, replayed: true, version, seq });
    };
    if (inRange(ofThisCommit).length > 0) return accept(ofThisCommit);
    void this.#ports.store.readAt(this.#id, commit.seq).then(
      (stored) => accept(stored?.commit.events ?? []),
      (error: unknown) => pending.reply(unavailable(String(error))),
    );
  }

  #forget(): void {
    this.#aggregate = undefined;
    this.#stored = undefined;
  }

  #maybeSnapshot(): void {
    const aggregate = this.#aggregate;
    if (!aggregate || aggregate.version - aggregate.snapshotVersion < SNAPSHOT_EVERY) return;
    const { decider, snapshots } = this.#ports;
    const { version, seq } = aggregate;
    aggregate.snapshotVersion = version;
    const state = decider.snapshot.encode(aggregate.state);
    const snapshot = { format: decider.snapshot.version, version, seq, state, ...aggregate.index.toSnapshot() };
    // A snapshot that was not saved costs time at the next load, nothing else.
    void snapshots.save(decider.log, this.#id, snapshot).catch(() => undefined);
  }
}

const IDEMPOTENCY_CONFLICT: Rejection = {
  code: "idempotency_conflict",
  message: "this nonce or Idempotency-Key was used for another request",
};

const sameRoute = (a: Route, b: Route): boolean => a.scope === b.scope && a.type === b.type;

const answerAll = <Command, Event extends RecordedEvent>(
  batch: ReadonlyArray<Pending<Command, Event>>,
  reply: CommandReply<Event>,
): void => {
  for (const pending of batch) pending.reply(reply);
};

const defect = (error: unknown): CommandReply<never> => {
  process.emitWarning(error instanceof Error ? error : new Error(String(error)), { code: "CLICKCLACK_DEFECT" });
  return { _tag: "Rejected", rejection: { code: "internal", message: "the command could not be carried out" } };
};
