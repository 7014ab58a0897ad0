import { StorageType } from "@nats-io/jetstream";
import { type KV, Kvm } from "@nats-io/kv";
import { StoreUnavailable } from "./EventStore.ts";
import type { Nats } from "./nats/Nats.ts";
import { type Allowance, takeTurn, type Throttle, throttleToken, type Turn } from "./Throttle.ts";

/** Counters that nobody used for this long are forgotten; no allowance takes longer to be whole again. */
const TTL_MS = 24 * 3_600_000;
/** Other processes change the same counter at once as seldom as one name is tried at several at once. */
const ATTEMPTS = 50;

type Change = (due: number) => { readonly due: number } | { readonly retryAfterMs: number };

/** Counters in a KV bucket that the servers keep in memory. */
export class JetStreamThrottle implements Throttle {
  readonly #kv: KV;
  /** In this process one after the other, so that only other processes are met in the store. */
  readonly #queues = new Map<string, Promise<unknown>>();

  private constructor(kv: KV) {
    this.#kv = kv;
  }

  static async open(nats: Nats, replicas: number): Promise<JetStreamThrottle> {
    try {
      const options = { replicas, history: 1, ttl: TTL_MS, storage: StorageType.Memory };
      return new JetStreamThrottle(await new Kvm(nats.connection).create("throttle", options));
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

  async #change(key: string, change: Change): Promise<ReturnType<Change>> {
    const token = throttleToken(key);
    const work = (this.#queues.get(token) ?? Promise.resolve()).then(() => this.#write(token, change));
    const settled = work.catch(() => undefined);
    this.#queues.set(token, settled);
    try {
      return await work;
    } finally {
      if (this.#queues.get(token) === settled) this.#queues.delete(token);
    }
  }

  async #write(token: string, change: Change): Promise<ReturnType<Change>> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const entry = await this.#kv.get(token).catch((cause: unknown) => {
        throw new StoreUnavailable("the counters of attempts cannot be read right now", { cause });
      });
      const turn = change(entry?.operation === "PUT" ? entry.json<number>() : 0);
      if ("retryAfterMs" in turn) return turn;
      const written = await this.#kv
        .put(token, JSON.stringify(turn.due), { previousSeq: entry?.revision ?? 0 })
        .then(
          () => true,
          () => false,
        );
      if (written) return turn;
    }
    throw new StoreUnavailable("too many attempts at once are being counted");
  }
}
