import type { Decider, RecordedEvent } from "./Decider.ts";
import type { EventStore, StoredCommit } from "./EventStore.ts";
import { IdempotencyIndex } from "./IdempotencyIndex.ts";
import type { Snapshots } from "./Snapshots.ts";

/** Commits read at a time while a state is folded: about a megabyte. */
const PAGE = 1_000;

/** An aggregate's state in memory, up to `version` and the stream sequence `seq`. */
export interface Aggregate<State> {
  state: State;
  version: number;
  seq: number;
  readonly index: IdempotencyIndex;
  /** The version that the newest snapshot holds. */
  snapshotVersion: number;
}

/** An event is missing between two that were read: the log or the reading of it is broken. */
export class VersionGap extends Error {
  constructor(aggregate: string, expected: number, found: number) {
    super(`${aggregate}: version ${expected} expected in the log, ${found} found`);
    this.name = "VersionGap";
  }
}

/** Folds one commit into the aggregate; commits that it already holds are passed over. */
export const foldCommit = <State, Command, Event extends RecordedEvent>(
  decider: Decider<State, Command, Event>,
  aggregate: Aggregate<State>,
  stored: StoredCommit<Event>,
): void => {
  if (stored.seq <= aggregate.seq) return;
  for (const event of stored.commit.events) {
    if (event.version !== aggregate.version + 1) {
      throw new VersionGap(stored.aggregate, aggregate.version + 1, event.version);
    }
    aggregate.state = decider.evolve(aggregate.state, event);
    aggregate.version = event.version;
  }
  aggregate.seq = stored.seq;
  indexCommit(aggregate.index, stored);
};

const indexCommit = <Event extends RecordedEvent>(index: IdempotencyIndex, stored: StoredCommit<Event>): void => {
  const { events, keys } = stored.commit;
  const commit = { seq: stored.seq };
  for (const key of keys ?? []) index.addKey(key, Date.parse(events[0]!.at), commit);
  for (let i = 0; i < events.length; ) {
    const id = events[i]!.causation_id;
    let last = i;
    while (events[last + 1]?.causation_id === id) last++;
    index.addCommand(id, commit, events[i]!.version, events[last]!.version);
    i = last + 1;
  }
};

/** Reads what was appended since, and folds it. */
export const catchUp = async <State, Command, Event extends RecordedEvent>(
  decider: Decider<State, Command, Event>,
  store: EventStore<Event>,
  id: string,
  aggregate: Aggregate<State>,
): Promise<void> => {
  for (;;) {
    const commits = await store.read(id, aggregate.seq, PAGE);
    for (const stored of commits) foldCommit(decider, aggregate, stored);
    if (commits.length < PAGE) return;
  }
};

/** Loads an aggregate: the newest usable snapshot, then the log after it. */
export const loadAggregate = async <State, Command, Event extends RecordedEvent>(
  decider: Decider<State, Command, Event>,
  store: EventStore<Event>,
  snapshots: Snapshots,
  id: string,
): Promise<Aggregate<State>> => {
  const aggregate = fromSnapshot(decider, id, await usableSnapshot(decider, snapshots, id));
  await catchUp(decider, store, id, aggregate);
  return aggregate;
};

/** A snapshot only saves time: one that cannot be read is as good as none. */
const usableSnapshot = async <State, Command, Event extends RecordedEvent>(
  decider: Decider<State, Command, Event>,
  snapshots: Snapshots,
  id: string,
) => {
  const snapshot = await snapshots.load(decider.log, id).catch(() => undefined);
  return snapshot?.format === decider.snapshot.version ? snapshot : undefined;
};

const fromSnapshot = <State, Command, Event extends RecordedEvent>(
  decider: Decider<State, Command, Event>,
  id: string,
  snapshot: Awaited<ReturnType<Snapshots["load"]>>,
): Aggregate<State> =>
  snapshot
    ? {
        state: decider.snapshot.decode(snapshot.state),
        version: snapshot.version,
        seq: snapshot.seq,
        index: IdempotencyIndex.from(snapshot),
        snapshotVersion: snapshot.version,
      }
    : { state: decider.initial(id), version: 0, seq: 0, index: new IdempotencyIndex(), snapshotVersion: 0 };
