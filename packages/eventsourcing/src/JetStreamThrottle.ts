import { StorageType } from "@nats-io/jetstream";
import { type KV, Kvm } from "@nats-io/kv";
import { StoreUnavailable } from "./EventStore.ts";
import type { Nats } from "./nats/Nats.ts";
import { trimOldest } from "./trimOldest.ts";
import { type Allowance, takeTurn, type Throttle, throttleToken, type Turn } from "./Throttle.ts";

/** Counters that nobody used for this long are forgotten; no allowance takes longer to be whole again. */
const TTL_MS = 24 * 3_600_000;
/** Other processes change the same counter at once as seldom as one name is tried at several at once. */
const ATTEMPTS = 50;

/** Counters whose newest value this process wrote: the next change needs no look then. Some 150 bytes each. */
const MAX_KNOWN = 10_000;

type Changed = { readonly due: number } | { readonly retryAfterMs: number };

interface Waiting {
  readonly change: (due: number) => Changed;
  readonly resolve: (changed: Changed) => void;
  readonly reject: (error: unknown) => void;
}

interface Counter {
  readonly due: number;
  readonly revision: number;
}

/** Counters in a KV bucket that the servers keep in memory: on disk each attempt would wait for several fsyncs, and messages with it. */
export class JetStreamThrottle implements Throttle {
  readonly #kv: KV;
  /** By counter, what waits for the write that is under way: all of it is decided together, and written once. */
  readonly #waiting = new Map<string, Array<Waiting>>();
  /** What was written last, unless other processes changed it since, which the next write notices. */
  readonly #known = new Map<string, Counter>();

  private constructor(kv: KV) {
    this.#kv = kv;
  }

  static async open(nats: Nats, replicas: number): Promise<JetStreamThrottle> {
    try {
      const options = { replicas, history: 1, ttl: TTL_MS, storage: StorageType.Memory };
      const create = () => new Kvm(nats.connection).create("throttle", options);
      const throttle = new JetStreamThrottle(await create());
      // What is kept in memory is gone with the last server that kept it.
      nats.onState((state) => {
        if (state === "connected") void create().catch(() => undefined);
      });
      return throttle;
    } catch (cause) {
      throw new StoreUnavailable("the counters of attempts cannot be opened", { cause });
    }
  }

  async take(key: string, allowance: Allowance): Promise<Turn> {
    const turn = await this.#change(key, (due) => takeTurn(due, Date.now(), allowance));
    return "retryAfterMs" in turn ? { _tag: "Refused", ...turn } : { _tag: "Granted" };
  }

  async giveBack(key: string, { everyMs }: Allowance): Promise<void> {
    await this.#change(key, (due) => ({ due: due - everyMs }));
  }

  #change(key: string, change: Waiting["change"]): Promise<Changed> {
    const token = throttleToken(key);
    return new Promise((resolve, reject) => {
      const one = { change, resolve, reject };
      const waiting = this.#waiting.get(token);
      if (waiting) return void waiting.push(one);
      this.#waiting.set(token, [one]);
      void this.#work(token);
    });
  }

  async #work(token: string): Promise<void> {
    for (;;) {
      const batch = this.#waiting.get(token)!;
      if (batch.length === 0) break;
      this.#waiting.set(token, []);
      try {
        const changed = await this.#write(token, batch);
        for (const [i, { resolve }] of batch.entries()) resolve(changed[i]!);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#waiting.delete(token);
  }

  async #write(token: string, batch: ReadonlyArray<Waiting>): Promise<ReadonlyArray<Changed>> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const known = this.#known.get(token);
      const { due, revision } = known ?? (await this.#read(token));
      const { changed, last } = decide(due, batch);
      if (changed.every((one) => "retryAfterMs" in one)) {
        // Nobody is refused for what stood here once: others may have given turns back.
        if (!known) return changed;
        this.#known.delete(token);
        continue;
      }
      const written = await this.#kv
        .put(token, JSON.stringify(last), { previousSeq: revision })
        .catch(() => 0);
      this.#known.delete(token);
      if (written === 0) continue;
      this.#known.set(token, { due: last, revision: written });
      trimOldest(this.#known, MAX_KNOWN);
      return changed;
    }
    throw new StoreUnavailable("too many attempts at once are being counted");
  }

  async #read(token: string): Promise<Counter> {
    const entry = await this.#kv.get(token).catch((cause: unknown) => {
      throw new StoreUnavailable("the counters of attempts cannot be read right now", { cause });
    });
    const due = entry?.operation === "PUT" ? entry.json<number>() : 0;
    return { due, revision: entry?.revision ?? 0 };
  }
}

/** What becomes of changes one after the other. */
const decide = (due: number, batch: ReadonlyArray<Waiting>) => {
  let last = due;
  const changed = batch.map(({ change }) => {
    const one = change(last);
    if ("due" in one) last = one.due;
    return one;
  });
  return { changed, last };
};
