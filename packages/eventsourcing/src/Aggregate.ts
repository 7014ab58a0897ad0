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

const indexCommit = <Event extends RecordedEvent>(
  index: IdempotencyIndex,
  stored: StoredCommit<Event>,
): void => {
  const { events, keys } = stored.commit;
  const commit = { seq: stored.seq };
  for (const key of keys ?? []) {
    const first = events.find((event) => event.version === key.first) ?? events[0]!;
    index.addKey(key, Date.parse(first.at), commit);
  }
  for (let i = 0; i < events.length;) {
    const id = events[i]!.causation_id;
    let last = i;
    while (events[last + 1]?.causation_id === id) last++;
    index.addCommand(id, commit, events[i]!.version, events[last]!.version);
    i = last + 1;
  }
};

/** Reads what was appended since, and folds it; `onCommit` sees each commit after it was folded. */
export const catchUp = async <State, Command, Event extends RecordedEvent>(
  decider: Decider<State, Command, Event>,
  store: EventStore<Event>,
  id: string,
  aggregate: Aggregate<State>,
  onCommit?: (stored: StoredCommit<Event>) => void,
): Promise<void> => {
  for (;;) {
    const commits = await store.read(id, aggregate.seq, PAGE);
    for (const stored of commits) {
      foldCommit(decider, aggregate, stored);
      onCommit?.(stored);
    }
    if (commits.length < PAGE) return;
  }
};

/** Loads an aggregate: the newest usable snapshot, then the log after it, whose commits `onCommit` sees. */
export const loadAggregate = async <State, Command, Event extends RecordedEvent>(
  decider: Decider<State, Command, Event>,
  store: EventStore<Event>,
  snapshots: Snapshots,
  id: string,
  onCommit?: (stored: StoredCommit<Event>) => void,
): Promise<Aggregate<State>> => {
  const aggregate = (await fromSnapshot(decider, store, snapshots, id)) ?? {
    state: decider.initial(id),
    version: 0,
    seq: 0,
    index: new IdempotencyIndex(),
    snapshotVersion: 0,
  };
  await catchUp(decider, store, id, aggregate, onCommit);
  return aggregate;
};

/** A snapshot only saves time: one that cannot be read, or that is of another log than this one, is as good as none. */
const fromSnapshot = async <State, Command, Event extends RecordedEvent>(
  decider: Decider<State, Command, Event>,
  store: EventStore<Event>,
  snapshots: Snapshots,
  id: string,
): Promise<Aggregate<State> | undefined> => {
  const snapshot = await snapshots.load(decider.log, id).catch(() => undefined);
  if (snapshot?.format !== decider.snapshot.version) return undefined;
  const { version, seq } = snapshot;
  const newest = (await store.readAt(id, seq))?.commit.events.at(-1);
  if (newest?.version !== version) return undefined;
  try {
    const state = decider.snapshot.decode(snapshot.state);
    return { state, version, seq, index: IdempotencyIndex.from(snapshot), snapshotVersion: version };
  } catch {
    return undefined;
  }
};
