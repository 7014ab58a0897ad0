import { Kvm, type KV } from "@nats-io/kv";
import { StoreUnavailable } from "./EventStore.ts";
import type { Subscription } from "./LiveFeed.ts";
import type { Nats } from "./nats/Nats.ts";

/** A few small facts about the deployment that every process must agree on, in the KV bucket `meta`. */
export class MetaStore {
  readonly #kv: KV;

  private constructor(kv: KV) {
    this.#kv = kv;
  }

  static async open(nats: Nats, replicas: number): Promise<MetaStore> {
    try {
      return new MetaStore(await new Kvm(nats.connection).create("meta", { replicas }));
    } catch (cause) {
      throw new StoreUnavailable("the deployment's meta cannot be opened", { cause });
    }
  }

  async get<Value>(key: string): Promise<Value | undefined> {
    const entry = await this.#kv.get(key);
    return entry?.operation === "PUT" ? entry.json<Value>() : undefined;
  }

  async put(key: string, value: unknown): Promise<void> {
    await this.#kv.put(key, JSON.stringify(value));
  }

  /** Writes a value unless there is one; returns whichever is there then. */
  async getOrPut<Value>(key: string, value: Value): Promise<Value> {
    await this.#kv.create(key, JSON.stringify(value)).catch(() => undefined);
    const stored = await this.get<Value>(key);
    if (stored === undefined) throw new StoreUnavailable(`the deployment's ${key} cannot be read`);
    return stored;
  }

  /** Tells a key's value now and whenever it changes. */
  async watch<Value>(key: string, onValue: (value: Value | undefined) => void): Promise<Subscription> {
    const watch = await this.#kv.watch({ key });
    void (async () => {
      for await (const entry of watch) onValue(entry.operation === "PUT" ? entry.json<Value>() : undefined);
    })().catch(() => undefined);
    return { stop: () => watch.stop() };
  }
}
