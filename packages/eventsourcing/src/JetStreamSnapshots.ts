import { Objm, type ObjectStore } from "@nats-io/obj";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { Nats } from "./nats/Nats.ts";
import type { Snapshots, StoredSnapshot } from "./Snapshots.ts";

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Snapshots as compressed JSON in the JetStream object store `snapshots`. */
export class JetStreamSnapshots implements Snapshots {
  readonly #nats: Nats;
  readonly #objects: ObjectStore;

  private constructor(nats: Nats, objects: ObjectStore) {
    this.#nats = nats;
    this.#objects = objects;
  }

  static async open(nats: Nats, replicas: number): Promise<JetStreamSnapshots> {
    return new JetStreamSnapshots(nats, await new Objm(nats.connection).create("snapshots", { replicas }));
  }

  async load(log: string, aggregate: string): Promise<StoredSnapshot | undefined> {
    // Without a connection the client would wait for its own timeout.
    this.#nats.requireConnected();
    const bytes = await this.#objects.getBlob(`${log}.${aggregate}`);
    return bytes ? (JSON.parse((await decompress(bytes)).toString("utf8")) as StoredSnapshot) : undefined;
  }

  async save(log: string, aggregate: string, snapshot: StoredSnapshot): Promise<void> {
    await this.#objects.putBlob({ name: `${log}.${aggregate}` }, await compress(JSON.stringify(snapshot)));
  }
}
