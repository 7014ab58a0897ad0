import type { RecordedEvent } from "@clickclack/eventsourcing/Decider";
import type { EventLog } from "@clickclack/eventsourcing/EventLog";
import type { DirectMessage } from "@clickclack/eventsourcing/nats/directGet";
import type { Upcaster } from "@clickclack/eventsourcing/Upcaster";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";

/** Something in the log that should not be so. */
export interface LogProblem {
  readonly stream: string;
  /** Stream sequence of the commit. */
  readonly seq: number;
  readonly message: string;
}

export interface LogRules {
  readonly log: EventLog;
  readonly upcast: Upcaster<RecordedEvent>;
  /** What events look like, by type. */
  readonly schemas: Readonly<Record<string, Schema.Codec<unknown>>>;
  /** The field that carries the aggregate's id in its events. */
  readonly idField: string;
  /** Numbers that an event carries and that count without gaps: what they count, and which number this is. */
  readonly counted: (event: RecordedEvent) => ReadonlyArray<readonly [counter: string, value: number]>;
}

export interface LogCounts {
  readonly commits: number;
  readonly events: number;
  readonly aggregates: number;
}

const decoder = new TextDecoder();

/** Checks a partition's commits, in their order, against what every reader of the log relies on. */
export class LogAudit {
  readonly #rules: LogRules;
  readonly #partition: number;
  readonly #decoders = new Map<string, (event: unknown) => Result.Result<unknown, unknown>>();
  /** The newest number of everything that counts without gaps. */
  readonly #counters = new Map<string, number>();
  readonly #aggregates = new Set<string>();
  readonly #problems: Array<LogProblem> = [];
  #commits = 0;
  #events = 0;

  constructor(rules: LogRules, partition: number) {
    this.#rules = rules;
    this.#partition = partition;
  }

  get problems(): ReadonlyArray<LogProblem> {
    return this.#problems;
  }

  get counts(): LogCounts {
    return { commits: this.#commits, events: this.#events, aggregates: this.#aggregates.size };
  }

  /** Looks at the next commit. */
  check({ subject, seq, data }: DirectMessage): void {
    const aggregate = this.#rules.log.aggregateOf(subject);
    this.#commits++;
    this.#aggregates.add(aggregate);
    if (this.#rules.log.partition(aggregate) !== this.#partition)
      this.#report(seq, `${aggregate} belongs to partition ${this.#rules.log.partition(aggregate)}`);
    for (const event of this.#eventsOf(seq, data)) this.#checkEvent(seq, aggregate, event);
  }

  #eventsOf(seq: number, data: Uint8Array): ReadonlyArray<RecordedEvent> {
    try {
      const { events } = JSON.parse(decoder.decode(data)) as { readonly events?: unknown };
      if (Array.isArray(events) && events.length > 0) return events as ReadonlyArray<RecordedEvent>;
      this.#report(seq, "the commit has no events");
    } catch (error) {
      this.#report(seq, `the commit cannot be read: ${(error as Error).message}`);
    }
    return [];
  }

  #checkEvent(seq: number, aggregate: string, stored: RecordedEvent): void {
    this.#events++;
    const { upcast, idField, counted } = this.#rules;
    this.#count(seq, `version of ${aggregate}`, stored.version);
    const named = (stored as unknown as Record<string, unknown>)[idField];
    if (named !== aggregate)
      this.#report(seq, `an event of ${String(named)} stands in the log of ${aggregate}`);
    try {
      const event = upcast(stored);
      const decoded = this.#decoder(event.type)?.(event);
      if (decoded === undefined) this.#report(seq, `${event.type} is no known type of event`);
      else if (Result.isFailure(decoded))
        this.#report(seq, `${event.id} (${event.type}) is malformed: ${String(decoded.failure)}`);
      else for (const [counter, value] of counted(event)) this.#count(seq, counter, value);
    } catch (error) {
      this.#report(seq, (error as Error).message);
    }
  }

  /** Numbers follow each other from 1; after a gap counting goes on behind it, so that each is told of once. */
  #count(seq: number, counter: string, value: number): void {
    const expected = (this.#counters.get(counter) ?? 0) + 1;
    if (value !== expected) this.#report(seq, `${counter}: ${expected} expected, ${value} found`);
    this.#counters.set(counter, value);
  }

  #decoder(type: string) {
    const schema = this.#rules.schemas[type];
    if (!schema) return undefined;
    const known = this.#decoders.get(type) ?? Schema.decodeUnknownResult(schema);
    this.#decoders.set(type, known);
    return known;
  }

  #report(seq: number, message: string): void {
    this.#problems.push({ stream: this.#rules.log.stream(this.#partition), seq, message });
  }
}
