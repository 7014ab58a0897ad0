import { newId } from "@clickclack/protocol/Ids";
import type { Commit } from "@clickclack/protocol/events/Commit";
import { headers } from "@nats-io/transport-node";
import type { RecordedEvent } from "./Decider.ts";
import type { AppendResult } from "./EventStore.ts";
import { decodeCommit } from "./JetStreamEventStore.ts";
import type { LastValue, LastValues } from "./LastValues.ts";
import { Appender } from "./nats/Appender.ts";
import { directOne } from "./nats/directGet.ts";
import type { Nats } from "./nats/Nats.ts";

const encoder = new TextEncoder();

/** Last values as a stream that keeps one message per subject; each is a commit of one, so that a projector can read it. */
export class JetStreamLastValues<Value> implements LastValues<Value> {
  readonly #nats: Nats;
  readonly #stream: string;
  readonly #prefix: string;
  readonly #upcast: (stored: RecordedEvent) => Value;
  readonly #appender: Appender;

  /** `upcast`: turns what is stored into today's format. */
  constructor(nats: Nats, stream: string, prefix: string, upcast: (stored: RecordedEvent) => Value) {
    this.#nats = nats;
    this.#stream = stream;
    this.#prefix = prefix;
    this.#upcast = upcast;
    this.#appender = new Appender(nats);
  }

  async read(key: ReadonlyArray<string>): Promise<LastValue<Value> | undefined> {
    const message = await directOne(this.#nats, this.#stream, { last_by_subj: this.#subject(key) });
    if (!message) return undefined;
    return { value: decodeCommit(message.data, this.#upcast).events[0]!, seq: message.seq };
  }

  write(key: ReadonlyArray<string>, value: Value, expectedSeq: number): Promise<AppendResult> {
    const expect = headers();
    expect.set("Nats-Expected-Last-Subject-Sequence", String(expectedSeq));
    const commit: Commit<Value> = { id: newId("cmt"), events: [value] };
    return this.#appender.append(this.#subject(key), encoder.encode(JSON.stringify(commit)), expect);
  }

  async newest(prefix: ReadonlyArray<string>): Promise<number> {
    const message = await directOne(this.#nats, this.#stream, { last_by_subj: `${this.#subject(prefix)}.>` });
    return message?.seq ?? 0;
  }

  #subject(key: ReadonlyArray<string>): string {
    return [this.#prefix, ...key].join(".");
  }
}
