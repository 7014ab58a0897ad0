import type { Commit } from "@clickclack/protocol/events/Commit";
import type { RecordedEvent, Route } from "./Decider.ts";
import { type AppendResult, type EventStore, type Position, START, type StoredCommit } from "./EventStore.ts";

/** An event store in memory, with one sequence over all aggregates as a stream has. For tests and examples. */
export class MemoryEventStore<Event extends RecordedEvent> implements EventStore<Event> {
  readonly #log: Array<StoredCommit<Event>> = [];

  async append(
    aggregate: string,
    expectedSeq: number,
    _route: Route,
    commit: Commit<Event>,
  ): Promise<AppendResult> {
    const own = this.#log.filter((stored) => stored.aggregate === aggregate);
    if ((own.at(-1)?.seq ?? 0) !== expectedSeq) return { _tag: "Conflict" };
    const known = own.find((stored) => stored.commit.id === commit.id);
    if (known) return { _tag: "Appended", seq: known.seq };
    const seq = this.#log.length + 1;
    this.#log.push({ aggregate, commit, seq });
    return { _tag: "Appended", seq };
  }

  async read(
    aggregate: string,
    afterSeq: number,
    limit: number,
  ): Promise<ReadonlyArray<StoredCommit<Event>>> {
    return this.#log
      .filter((stored) => stored.aggregate === aggregate && stored.seq > afterSeq)
      .slice(0, limit);
  }

  async readAt(aggregate: string, seq: number): Promise<StoredCommit<Event> | undefined> {
    const stored = this.#log[seq - 1];
    return stored?.aggregate === aggregate ? stored : undefined;
  }

  async position(aggregate: string): Promise<Position> {
    const last = this.#log.findLast((stored) => stored.aggregate === aggregate);
    return last ? { version: last.commit.events.at(-1)!.version, seq: last.seq } : START;
  }
}
