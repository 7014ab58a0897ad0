import type { EventStore } from "@clickclack/eventsourcing/EventStore";
import type { Cursor } from "@clickclack/protocol/Cursor";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import type { ResyncReason } from "@clickclack/protocol/realtime/Frames";
import type { RingEntry } from "./EventRing.ts";
import type { WorkspaceReplica } from "./WorkspaceReplica.ts";

/** Commits read at a time on replay: below a megabyte of ordinary messages. */
const PAGE = 500;
/** Events that a client may be behind; beyond it reading the state anew is quicker for both sides. */
export const REPLAY_LIMIT = 5_000;

/** A place to replay from: the version that the client has seen, and the sequence to seek by. */
export interface ReplayPosition {
  readonly version: number;
  readonly seq: number;
}

export const FROM_THE_BEGINNING: ReplayPosition = { version: 0, seq: 0 };

/** The cursor cannot be served. */
export class ResyncRequired extends Error {
  readonly reason: ResyncReason;

  constructor(reason: ResyncReason) {
    super(`resync required: ${reason}`);
    this.reason = reason;
  }
}

/** Reads of the log before a cursor counts as ahead of it: the first may have been under way already. */
const TAIL_READS = 2;

/** Whether a replay from here is possible at all. Throws ResyncRequired and StoreUnavailable. */
export const requireReplayable = async (replica: WorkspaceReplica, from: ReplayPosition): Promise<void> => {
  await requireKnown(replica, from);
  if (replica.version - from.version > REPLAY_LIMIT) throw new ResyncRequired("too_far_behind");
};

/** Whether the log has such a position, as far as can be told without reading it. Throws ResyncRequired and StoreUnavailable. */
export const requireKnown = async (replica: WorkspaceReplica, from: ReplayPosition): Promise<void> => {
  // Another node may have shown its client an event that this one has not heard of yet.
  for (let i = 0; i < TAIL_READS && from.version > replica.version; i++) await replica.recover();
  if (from.version === 0 && from.seq !== 0) throw new ResyncRequired("unknown");
  if (from.version > replica.version) throw new ResyncRequired("ahead_of_tail");
  const seq = from.version === replica.version ? replica.seq : replica.ring.seqOf(from.version);
  if (seq !== undefined && seq !== from.seq) throw new ResyncRequired("unknown");
};

/** The position that a decoded cursor stands for. */
export const positionOf = (cursor: Cursor): ReplayPosition => ({ version: cursor.version, seq: cursor.seq });

/**
 * The next events after `from`: from the ring if it holds them all, else a page from the log. Empty at the end.
 * Throws ResyncRequired when the cursor's own event is not where it says, and StoreUnavailable.
 */
export const nextEvents = async (
  replica: WorkspaceReplica,
  store: EventStore<WorkspaceEvent>,
  from: ReplayPosition,
): Promise<ReadonlyArray<RingEntry>> => {
  const held = replica.ring.after(from.version);
  if (held) return held;
  // The commit at the cursor is read with the others: it may hold later events, and it must hold the cursor's own.
  const commits = await store.read(replica.id, Math.max(0, from.seq - 1), PAGE);
  const entries = commits.flatMap(({ commit, seq }) => commit.events.map((event) => ({ event, seq })));
  const known =
    from.version === 0 ||
    entries.some(({ event, seq }) => event.version === from.version && seq === from.seq);
  if (!known) throw new ResyncRequired("unknown");
  return entries.filter(({ event }) => event.version > from.version);
};
