import { StorageType } from "@nats-io/jetstream";
import { type Bucket, Kvm } from "@nats-io/kv";
import type { Document, Documents } from "./Documents.ts";
import { StoreUnavailable } from "./EventStore.ts";
import type { Nats } from "./nats/Nats.ts";

/** What stands in for a document that was taken away is kept this long, for whoever still writes over it. */
const KEEP_MARKERS_MS = 10 * 60_000;
const PURGE_EVERY_MS = 10 * 60_000;

/** Documents in a KV bucket, on the servers' disks. */
export class JetStreamDocuments<Value> implements Documents<Value> {
  readonly #kv: Bucket;
  readonly #timer: NodeJS.Timeout;

  private constructor(kv: Bucket) {
    this.#kv = kv;
    const purge = () => void this.#kv.purgeDeletes(KEEP_MARKERS_MS).catch(() => undefined);
    this.#timer = setInterval(purge, PURGE_EVERY_MS).unref();
  }

  static async open<Value>(nats: Nats, bucket: string, replicas: number): Promise<JetStreamDocuments<Value>> {
    try {
      const options = { replicas, history: 1, storage: StorageType.File };
      // What it makes is always a Bucket; the interface alone leaves out `purgeDeletes`.
      const kv = (await new Kvm(nats.connection).create(bucket, options)) as Bucket;
      return new JetStreamDocuments(kv);
    } catch (cause) {
      throw new StoreUnavailable(`the bucket ${bucket} cannot be opened`, { cause });
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async read(key: ReadonlyArray<string>): Promise<Document<Value> | undefined> {
    const entry = await this.#kv.get(key.join(".")).catch(unavailable);
    if (entry?.operation !== "PUT") return undefined;
    return { value: entry.json<Value>(), revision: entry.revision };
  }

  async write(key: ReadonlyArray<string>, value: Value, revision: number): Promise<number | undefined> {
    const text = JSON.stringify(value);
    const name = key.join(".");
    // A new one may stand where another was taken away: `create` knows.
    const written =
      revision === 0 ? this.#kv.create(name, text) : this.#kv.put(name, text, { previousSeq: revision });
    return written.catch(ifConflict(undefined));
  }

  remove(key: ReadonlyArray<string>, revision: number): Promise<boolean> {
    return this.#kv.delete(key.join("."), { previousSeq: revision }).then(() => true, ifConflict(false));
  }

  async keys(prefix: ReadonlyArray<string>): Promise<ReadonlyArray<ReadonlyArray<string>>> {
    try {
      const keys: Array<ReadonlyArray<string>> = [];
      for await (const key of await this.#kv.keys([...prefix, ">"].join("."))) keys.push(key.split("."));
      return keys;
    } catch (cause) {
      throw unavailable(cause);
    }
  }
}

const unavailable = (cause: unknown): never => {
  throw new StoreUnavailable("what is kept of sessions cannot be read right now", { cause });
};

/** JetStream's code for "wrong last sequence". */
const WRONG_LAST_SEQUENCE = new Set([10071, 10164]);

const ifConflict =
  <A>(value: A) =>
  (error: unknown): A => {
    const code = (error as { readonly code?: unknown } | undefined)?.code;
    if (typeof code === "number" && WRONG_LAST_SEQUENCE.has(code)) return value;
    throw new StoreUnavailable("what is kept of sessions cannot be written right now", { cause: error });
  };
