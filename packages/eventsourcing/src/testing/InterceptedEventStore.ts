import type { Commit } from "@clickclack/protocol/events/Commit";
import type { RecordedEvent, Route } from "../Decider.ts";
import type { AppendResult, EventStore, Position, StoredCommit } from "../EventStore.ts";

type Step<T> = (step: () => Promise<T>) => Promise<T>;

const through = <T>(step: () => Promise<T>): Promise<T> => step();

/** A store whose appends and reads a test may hold up, count, or let fail before or after they took effect. */
export class InterceptedEventStore<Event extends RecordedEvent> implements EventStore<Event> {
  readonly #inner: EventStore<Event>;
  /** Commits that were handed to `append`, whatever became of them. */
  readonly attempts: Array<{ readonly route: Route; readonly commit: Commit<Event> }> = [];
  inFlight = 0;
  mostInFlight = 0;
  onAppend: Step<AppendResult> = through;
  onRead: Step<ReadonlyArray<StoredCommit<Event>>> = through;

  constructor(inner: EventStore<Event>) {
    this.#inner = inner;
  }

  async append(
    aggregate: string,
    expectedSeq: number,
    route: Route,
    commit: Commit<Event>,
  ): Promise<AppendResult> {
    this.attempts.push({ route, commit });
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    try {
      return await this.onAppend(() => this.#inner.append(aggregate, expectedSeq, route, commit));
    } finally {
      this.inFlight--;
    }
  }

  read(aggregate: string, afterSeq: number, limit: number): Promise<ReadonlyArray<StoredCommit<Event>>> {
    return this.onRead(() => this.#inner.read(aggregate, afterSeq, limit));
  }

  readAt(aggregate: string, seq: number): Promise<StoredCommit<Event> | undefined> {
    return this.#inner.readAt(aggregate, seq);
  }

  position(aggregate: string): Promise<Position> {
    return this.#inner.position(aggregate);
  }
}
