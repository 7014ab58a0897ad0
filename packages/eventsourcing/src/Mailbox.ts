import { newId } from "@clickclack/protocol/Ids";
import type { CommitKey } from "@clickclack/protocol/events/Commit";
import * as Result from "effect/Result";
import { type Aggregate, loadAggregate, VersionGap } from "./Aggregate.ts";
import { CommandQueue, type Pending } from "./CommandQueue.ts";
import { type CommandReply, unavailable } from "./CommandReply.ts";
import type { CommandEnvelope, Decider, NewEvent, RecordedEvent, Rejection, Route } from "./Decider.ts";
import { type EventStore, type Position, StoreUnavailable } from "./EventStore.ts";
import type { EarlierCommand } from "./IdempotencyIndex.ts";
import { MissingParts, type ReadParts } from "./MissingParts.ts";
import type { Snapshots } from "./Snapshots.ts";

/** Commands that wait for one aggregate. At 3,000 appends a second the last of them waits well under a second. */
const MAX_QUEUED = 2_048;
/** How long a command is tried again while the store is away, before its caller is told so. */
const RETRY_FOR_MS = 3_000;
const RETRY_EVERY_MS = 100;
/**
 * Whatever hangs, a caller hears within this, sooner than a bus gives the worker up. A command whose turn had not come
 * by then is not carried out any more; of one under way nothing is known.
 */
const ANSWER_WITHIN_MS = 3_500;
/** Conflicts in a row that are decided again at once; a replica that lags behind the leader needs a little time. */
const QUICK_CONFLICTS = 3;
const CONFLICT_PAUSE_MS = 10;
/** Events between snapshots: folding this many takes some tens of milliseconds. */
const SNAPSHOT_EVERY = 5_000;
/** A flood of commands is not slowed by writing snapshots all the time; what it adds meanwhile is folded in a second. */
const SNAPSHOT_PAUSE_MS = 5_000;

/** How a command of the batch was decided, to be answered once the commit is stored. */
type Decided<Event> =
  | { readonly _tag: "Rejected"; readonly rejection: Rejection }
  | { readonly _tag: "Caused"; readonly events: ReadonlyArray<Event> }
  | { readonly _tag: "Sent"; readonly earlier: EarlierCommand; readonly replayed: boolean }
  | { readonly _tag: "Lacks"; readonly parts: ReadonlyArray<string> };

interface Draft<Event> {
  readonly id: string;
  readonly events: Array<Event>;
  readonly keys: Array<CommitKey>;
  /** Filled in once the commit is stored. */
  readonly place: { seq: number };
}

export interface MailboxPorts<State, Command, Event extends RecordedEvent> {
  readonly decider: Decider<State, Command, Event>;
  readonly store: EventStore<Event>;
  readonly snapshots: Snapshots;
  readonly readParts?: ReadParts;
  /** Whether this process still holds the lease: asked before every append. */
  readonly owns: () => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** One aggregate's actor: takes commands in turn, one append in flight, what queued up meanwhile decided together. */
export class Mailbox<State, Command, Event extends RecordedEvent> {
  readonly #id: string;
  readonly #ports: MailboxPorts<State, Command, Event>;
  readonly #queue = new CommandQueue<Command, Event>();
  readonly #missing: MissingParts<State, Command, Event>;
  #aggregate: Aggregate<State> | undefined;
  #running = false;
  #savingSnapshot = false;
  #nextSnapshotAt = 0;
  #stored: Position | undefined;
  readonly #onIdle: Array<() => void> = [];
  lastUsed: number;

  constructor(id: string, ports: MailboxPorts<State, Command, Event>) {
    this.#id = id;
    this.#ports = ports;
    this.lastUsed = ports.now();
    this.#missing = new MissingParts({
      decider: ports.decider,
      readParts: ports.readParts,
      now: ports.now,
      current: () => this.#aggregate,
      resume: (group) => {
        this.#queue.putBack(group);
        if (!this.#running) void this.#run();
      },
    });
  }

  /** Nothing is queued, in flight, or waiting for a part to be read. */
  get idle(): boolean {
    return !this.#running && this.#queue.length + this.#missing.count === 0;
  }

  /** The newest stored position, as far as this process knows it. */
  get position(): Position | undefined {
    return this.#stored;
  }

  submit(envelope: CommandEnvelope<Command>, bytes: number): Promise<CommandReply<Event>> {
    const now = this.#ports.now();
    this.lastUsed = now;
    if (this.#queue.length + this.#missing.count >= MAX_QUEUED) {
      return Promise.resolve(unavailable("too many commands wait for this workspace; try again"));
    }
    let route: Route;
    try {
      route = this.#ports.decider.route(envelope.command);
    } catch (error) {
      return Promise.resolve(defect(error));
    }
    return new Promise((resolve) => {
      const pending = {
        envelope,
        route,
        bytes,
        deadline: now + RETRY_FOR_MS,
        expired: false,
        reply: resolve,
      };
      const limit = setTimeout(() => {
        pending.expired = true;
        resolve(unavailable("the command was not carried out in time; try again"));
      }, ANSWER_WITHIN_MS);
      pending.reply = (reply) => {
        clearTimeout(limit);
        resolve(reply);
      };
      this.#queue.push(pending);
      if (!this.#running) void this.#run();
    });
  }

  /** Resolves when nothing is queued, in flight or waiting. */
  async drained(): Promise<void> {
    if (!this.idle) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#queue.length > 0) {
      await this.#process(this.#queue.takeBatch());
      this.#maybeSnapshot();
      // Whoever was answered just now may command again at once: one turn later that joins the next commit.
      await new Promise((resume) => setImmediate(resume));
    }
    this.#running = false;
    if (this.idle) for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  /** Carries a batch out, whatever it takes, within bounds; never throws. */
  async #process(taken: ReadonlyArray<Pending<Command, Event>>): Promise<void> {
    let batch = taken.filter(({ expired }) => !expired);
    if (batch.length === 0) return;
    const { now } = this.#ports;
    const giveUpAt = now() + RETRY_FOR_MS;
    for (let conflicts = 0; ;) {
      try {
        if (await this.#attempt(batch)) return;
        if (now() >= giveUpAt)
          return answerAll(batch, unavailable("too many others write to this workspace"));
        if (++conflicts > QUICK_CONFLICTS) await pause(CONFLICT_PAUSE_MS);
      } catch (error) {
        // Whatever went wrong, the state may hold undone decisions: it is read again before the next command.
        this.#forget();
        if (!(error instanceof StoreUnavailable)) return this.#isolate(batch, error);
        const late = batch.filter((pending) => pending.deadline <= now());
        answerAll(late, unavailable(error.message));
        batch = batch.filter((pending) => !late.includes(pending));
        if (batch.length === 0) return;
        await pause(RETRY_EVERY_MS);
      }
    }
  }

  /** A command that cannot be carried out because of a bug fails alone, not together with its neighbours. */
  async #isolate(batch: ReadonlyArray<Pending<Command, Event>>, error: unknown): Promise<void> {
    if (batch.length === 1 || error instanceof VersionGap) return answerAll(batch, defect(error));
    const half = Math.ceil(batch.length / 2);
    await this.#process(batch.slice(0, half));
    await this.#process(batch.slice(half));
  }

  /** Decides and appends once; false when a rival's commit came between and all is to be decided again. */
  async #attempt(batch: ReadonlyArray<Pending<Command, Event>>): Promise<boolean> {
    const { decider, store, snapshots, owns, now } = this.#ports;
    if (!owns()) return this.#notOwner(batch);
    const aggregate = (this.#aggregate ??= await loadAggregate(decider, store, snapshots, this.#id));
    const expected = aggregate.seq;
    const draft: Draft<Event> = { id: newId("cmt", now()), events: [], keys: [], place: { seq: 0 } };
    const decided = batch.map((pending) => this.#decide(aggregate, pending.envelope, draft));
    if (draft.events.length > 0) {
      if (!owns()) return this.#notOwner(batch);
      const { id, events, keys } = draft;
      const commit = keys.length > 0 ? { id, events, keys } : { id, events };
      const result = await store.append(this.#id, expected, batch[0]!.route, commit);
      if (result._tag === "Conflict") {
        this.#forget();
        return false;
      }
      aggregate.seq = draft.place.seq = result.seq;
    }
    this.#stored = { version: aggregate.version, seq: aggregate.seq };
    for (const [i, pending] of batch.entries()) this.#answer(pending, decided[i]!, aggregate, draft.events);
    return true;
  }

  #notOwner(batch: ReadonlyArray<Pending<Command, Event>>): true {
    this.#forget();
    answerAll(batch, { _tag: "NotOwner" });
    return true;
  }

  #decide(
    aggregate: Aggregate<State>,
    envelope: CommandEnvelope<Command>,
    draft: Draft<Event>,
  ): Decided<Event> {
    const known = this.#known(aggregate, envelope);
    if (known) return known;
    const { decider } = this.#ports;
    const parts = this.#missing.lackedBy(aggregate.state, envelope.command);
    if (parts.length > 0) return { _tag: "Lacks", parts };
    const context = { aggregate: this.#id, actor: envelope.actor, at: envelope.at };
    const decision = decider.decide(aggregate.state, envelope.command, context);
    if (Result.isFailure(decision)) return { _tag: "Rejected", rejection: decision.failure };
    const first = aggregate.version + 1;
    const events = decision.success.map((event, i) => this.#stamp(envelope, event, first + i));
    for (const event of events) aggregate.state = decider.evolve(aggregate.state, event);
    if (events.length > 0) {
      const last = (aggregate.version = first + events.length - 1);
      aggregate.index.addCommand(envelope.id, draft.place, first, last);
      for (const key of envelope.keys ?? []) {
        const entry = { ...key, first, last };
        aggregate.index.addKey(entry, Date.parse(envelope.at), draft.place);
        draft.keys.push(entry);
      }
      draft.events.push(...events);
    }
    return { _tag: "Caused", events };
  }

  #known(aggregate: Aggregate<State>, envelope: CommandEnvelope<Command>): Decided<Event> | undefined {
    const sent = aggregate.index.byCommand(envelope.id);
    if (sent) return { _tag: "Sent", earlier: sent, replayed: false };
    for (const { key, fingerprint } of envelope.keys ?? []) {
      const earlier = aggregate.index.byKey(key, Date.parse(envelope.at));
      if (!earlier) continue;
      if (earlier.fingerprint === fingerprint) return { _tag: "Sent", earlier, replayed: true };
      return { _tag: "Rejected", rejection: IDEMPOTENCY_CONFLICT };
    }
    return undefined;
  }

  #stamp(envelope: CommandEnvelope<Command>, event: NewEvent, version: number): Event {
    const { type, payload, ...fields } = event;
    return {
      id: newId("evt", this.#ports.now()),
      type,
      v: this.#ports.decider.formats?.[type] ?? 1,
      [this.#ports.decider.idField]: this.#id,
      ...fields,
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
    aggregate: Aggregate<State>,
    ofThisCommit: ReadonlyArray<Event>,
  ): void {
    const { version, seq } = aggregate;
    switch (decided._tag) {
      case "Rejected":
        return pending.reply(decided);
      case "Lacks":
        return this.#missing.wait(this.#id, aggregate, decided.parts, pending);
      case "Caused": {
        const events = decided.events.map((event) => ({ event, seq }));
        return pending.reply({ _tag: "Accepted", events, replayed: false, version, seq });
      }
      case "Sent":
        return void this.#answerAgain(pending, decided, { version, seq }, ofThisCommit);
    }
  }

  async #answerAgain(
    pending: Pending<Command, Event>,
    { earlier: { commit, first, last }, replayed }: Extract<Decided<Event>, { readonly _tag: "Sent" }>,
    position: Position,
    ofThisCommit: ReadonlyArray<Event>,
  ): Promise<void> {
    const within = (events: ReadonlyArray<Event>) =>
      events.filter((event) => event.version >= first && event.version <= last);
    try {
      let events = within(ofThisCommit);
      if (events.length === 0)
        events = within((await this.#ports.store.readAt(this.#id, commit.seq))?.commit.events ?? []);
      if (events.length === 0) throw new StoreUnavailable("the earlier answer cannot be read right now");
      const appended = events.map((event) => ({ event, seq: commit.seq }));
      pending.reply({ _tag: "Accepted", events: appended, replayed, ...position });
    } catch (error) {
      pending.reply(unavailable(String(error)));
    }
  }

  #forget(): void {
    this.#aggregate = undefined;
    this.#stored = undefined;
  }

  #maybeSnapshot(): void {
    const aggregate = this.#aggregate;
    if (!aggregate || aggregate.version - aggregate.snapshotVersion < SNAPSHOT_EVERY) return;
    if (this.#savingSnapshot || this.#ports.now() < this.#nextSnapshotAt) return;
    const { decider, snapshots } = this.#ports;
    const { version, seq } = aggregate;
    aggregate.snapshotVersion = version;
    const state = decider.snapshot.encode(aggregate.state);
    const snapshot = {
      format: decider.snapshot.version,
      version,
      seq,
      state,
      ...aggregate.index.toSnapshot(),
    };
    this.#savingSnapshot = true;
    this.#nextSnapshotAt = this.#ports.now() + SNAPSHOT_PAUSE_MS;
    // A snapshot that was not saved costs time at the next load, nothing else.
    const saved = () => void (this.#savingSnapshot = false);
    void snapshots.save(decider.log, this.#id, snapshot).then(saved, saved);
  }
}

const IDEMPOTENCY_CONFLICT: Rejection = {
  code: "idempotency_conflict",
  message: "this nonce or Idempotency-Key was used for another request",
};

const pause = (ms: number): Promise<void> => new Promise((resume) => setTimeout(resume, ms));

const answerAll = <Command, Event extends RecordedEvent>(
  batch: ReadonlyArray<Pending<Command, Event>>,
  reply: CommandReply<Event>,
): void => {
  for (const pending of batch) pending.reply(reply);
};

const defect = (error: unknown): CommandReply<never> => {
  process.emitWarning(error instanceof Error ? error : new Error(String(error)), {
    code: "CLICKCLACK_DEFECT",
  });
  return {
    _tag: "Rejected",
    rejection: { code: "internal", message: "the command could not be carried out" },
  };
};
