import { watermarkSubject } from "@clickclack/protocol/nats/Subjects";
import type { Subscription } from "./LiveFeed.ts";
import type { Nats } from "./nats/Nats.ts";

/** A projection's newest checkpoint: the stream sequence up to which these of its tables hold everything. */
export interface Watermark {
  readonly projection: string;
  readonly partition: number;
  /** Which set of tables: what is folded into one says nothing of another. */
  readonly generation: number;
  readonly seq: number;
}

/** Watermarks over core NATS: a hint that may get lost; the checkpoint table is the truth. */
export class Announcements {
  readonly #nats: Nats;

  constructor(nats: Nats) {
    this.#nats = nats;
  }

  announce({ projection, partition, generation, seq }: Watermark): void {
    if (this.#nats.connected)
      this.#nats.connection.publish(watermarkSubject(projection, partition, generation), String(seq));
  }

  listen(onWatermark: (watermark: Watermark) => void): Subscription {
    const subscription = this.#nats.connection.subscribe("watermark.*.*.*", {
      callback: (error, msg) => {
        if (error) return;
        const [, projection, partition, generation] = msg.subject.split(".");
        onWatermark({
          projection: projection!,
          partition: Number(partition),
          generation: Number(generation),
          seq: Number(msg.string()),
        });
      },
    });
    return { stop: () => subscription.unsubscribe() };
  }
}
