import { liveSubject } from "@clickclack/protocol/nats/Subjects";
import type { Msg } from "@nats-io/transport-node";
import type { RecordedEvent } from "./Decider.ts";
import type { EventLog } from "./EventLog.ts";
import type { StoredCommit } from "./EventStore.ts";
import { decodeCommit } from "./JetStreamEventStore.ts";
import type { Nats } from "./nats/Nats.ts";
import type { Upcaster } from "./Upcaster.ts";

export interface Subscription {
  readonly stop: () => void;
}

/**
 * Commits as they are stored, at core-NATS latency. Delivered at most once: after `onReconnect`, and wherever
 * versions do not follow each other, the listener reads what it missed from the event store.
 */
export class LiveFeed<Event extends RecordedEvent> {
  readonly #nats: Nats;
  readonly #log: EventLog;
  readonly #upcast: Upcaster<Event>;

  constructor(nats: Nats, log: EventLog, upcast: Upcaster<Event>) {
    this.#nats = nats;
    this.#log = log;
    this.#upcast = upcast;
  }

  /** Commits of one aggregate. Resolves once the server knows the subscription: nothing stored later is missed. */
  follow(aggregate: string, onCommit: (commit: StoredCommit<Event>) => void): Promise<Subscription> {
    return this.#subscribe(this.#log.filter(aggregate), onCommit);
  }

  /** Commits of every aggregate in one partition. */
  followAll(partition: number, onCommit: (commit: StoredCommit<Event>) => void): Promise<Subscription> {
    return this.#subscribe(this.#log.subjects(partition), onCommit);
  }

  /** Tells when the connection came back, after subscriptions were renewed. */
  onReconnect(listener: () => void): Subscription {
    const stop = this.#nats.onState((state) => {
      if (state === "connected") listener();
    });
    return { stop };
  }

  async #subscribe(subject: string, onCommit: (commit: StoredCommit<Event>) => void): Promise<Subscription> {
    this.#nats.requireConnected();
    const subscription = this.#nats.connection.subscribe(liveSubject(subject), {
      callback: (error, msg) => {
        if (error) return;
        // An exception in here would end the reading of the whole connection.
        try {
          onCommit(this.#stored(msg));
        } catch (defect) {
          process.emitWarning(defect instanceof Error ? defect : String(defect), {
            code: "CLICKCLACK_DEFECT",
          });
        }
      },
    });
    await this.#nats.connection.flush();
    return { stop: () => subscription.unsubscribe() };
  }

  #stored(msg: Msg): StoredCommit<Event> {
    const subject = msg.headers?.get("Nats-Subject") ?? msg.subject.slice("live.".length);
    return {
      aggregate: this.#log.aggregateOf(subject),
      seq: Number(msg.headers?.get("Nats-Sequence")),
      commit: decodeCommit(msg.data, this.#upcast),
    };
  }
}
