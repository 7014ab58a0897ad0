import type { Commit } from "@clickclack/protocol/events/Commit";
import { headers } from "@nats-io/transport-node";
import type { RecordedEvent, Route } from "./Decider.ts";
import type { EventLog } from "./EventLog.ts";
import { type AppendResult, type EventStore, type Position, START, type StoredCommit } from "./EventStore.ts";
import { Appender } from "./nats/Appender.ts";
import { type DirectMessage, directBatch, directOne } from "./nats/directGet.ts";
import type { Nats } from "./nats/Nats.ts";
import type { Upcaster } from "./Upcaster.ts";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Event logs on JetStream streams; the fence is the server's check of an aggregate's last sequence. */
export class JetStreamEventStore<Event extends RecordedEvent> implements EventStore<Event> {
  readonly #nats: Nats;
  readonly #log: EventLog;
  readonly #upcast: Upcaster<Event>;
  readonly #appender: Appender;

  constructor(nats: Nats, log: EventLog, upcast: Upcaster<Event>) {
    this.#nats = nats;
    this.#log = log;
    this.#upcast = upcast;
    this.#appender = new Appender(nats);
  }

  append(aggregate: string, expectedSeq: number, route: Route, commit: Commit<Event>): Promise<AppendResult> {
    const fence = headers();
    fence.set("Nats-Msg-Id", commit.id);
    fence.set("Nats-Expected-Last-Subject-Sequence", String(expectedSeq));
    fence.set("Nats-Expected-Last-Subject-Sequence-Subject", this.#log.filter(aggregate));
    return this.#appender.append(
      this.#log.subject(aggregate, route),
      encoder.encode(JSON.stringify(commit)),
      fence,
    );
  }

  async read(
    aggregate: string,
    afterSeq: number,
    limit: number,
  ): Promise<ReadonlyArray<StoredCommit<Event>>> {
    const stream = this.#streamOf(aggregate);
    const commits: Array<StoredCommit<Event>> = [];
    let after = afterSeq;
    // A batch may also end at its bound of bytes: the log ends where nothing is pending.
    while (commits.length < limit) {
      const left = limit - commits.length;
      const batch = await directBatch(this.#nats, stream, this.#log.filter(aggregate), after + 1, left);
      for (const message of batch) commits.push(this.#stored(message));
      if (batch.length === 0 || batch.at(-1)!.pending === 0) break;
      after = commits.at(-1)!.seq;
    }
    return commits;
  }

  async readAt(aggregate: string, seq: number): Promise<StoredCommit<Event> | undefined> {
    const message = await directOne(this.#nats, this.#streamOf(aggregate), { seq });
    return message && this.#log.aggregateOf(message.subject) === aggregate
      ? this.#stored(message)
      : undefined;
  }

  async position(aggregate: string): Promise<Position> {
    const message = await directOne(this.#nats, this.#streamOf(aggregate), {
      last_by_subj: this.#log.filter(aggregate),
    });
    if (!message) return START;
    const { commit, seq } = this.#stored(message);
    return { version: commit.events.at(-1)!.version, seq };
  }

  #streamOf(aggregate: string): string {
    return this.#log.stream(this.#log.partition(aggregate));
  }

  #stored(message: DirectMessage): StoredCommit<Event> {
    const aggregate = this.#log.aggregateOf(message.subject);
    return { aggregate, seq: message.seq, commit: decodeCommit(message.data, this.#upcast) };
  }
}

/** Reads one JetStream message's body, for every reader of a log; events of older formats come out in today's. */
export const decodeCommit = <Event>(
  data: Uint8Array,
  upcast: (stored: RecordedEvent) => Event,
): Commit<Event> => {
  const commit = JSON.parse(decoder.decode(data)) as Commit<RecordedEvent>;
  return { ...commit, events: commit.events.map((stored) => upcast(stored)) };
};
