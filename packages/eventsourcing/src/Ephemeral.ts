import type { Subscription } from "./LiveFeed.ts";
import type { Nats } from "./nats/Nats.ts";

const encoder = new TextEncoder();

/** Messages that are worth something only now: sent to whoever listens, stored nowhere, lost without harm. */
export class Ephemeral<Message> {
  readonly #nats: Nats;

  constructor(nats: Nats) {
    this.#nats = nats;
  }

  /** Sends a message; throws StoreUnavailable when NATS is away. */
  publish(subject: string, message: Message): void {
    this.#nats.requireConnected();
    this.#nats.connection.publish(subject, encoder.encode(JSON.stringify(message)));
  }

  /** Messages on a subject, wildcards allowed. Resolves once the server knows the subscription. */
  async follow(subject: string, onMessage: (message: Message) => void): Promise<Subscription> {
    this.#nats.requireConnected();
    const subscription = this.#nats.connection.subscribe(subject, {
      callback: (error, msg) => {
        if (!error) onMessage(msg.json<Message>());
      },
    });
    await this.#nats.connection.flush();
    return { stop: () => subscription.unsubscribe() };
  }
}
