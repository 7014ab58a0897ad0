import { Objm, type ObjectStore } from "@nats-io/obj";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { Nats } from "./nats/Nats.ts";
import type { Snapshots, StoredSnapshot } from "./Snapshots.ts";

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Snapshots as compressed JSON in the JetStream object store `snapshots`. */
export class JetStreamSnapshots implements Snapshots {
  readonly #objects: ObjectStore;

  private constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  static async open(nats: Nats, replicas: number): Promise<JetStreamSnapshots> {
    return new JetStreamSnapshots(await new Objm(nats.connection).create("snapshots", { replicas }));
  }

  async load(log: string, aggregate: string): Promise<StoredSnapshot | undefined> {
    const bytes = await this.#objects.getBlob(`${log}.${aggregate}`);
    return bytes ? (JSON.parse((await decompress(bytes)).toString("utf8")) as StoredSnapshot) : undefined;
  }

  async save(log: string, aggregate: string, snapshot: StoredSnapshot): Promise<void> {
    await this.#objects.putBlob({ name: `${log}.${aggregate}` }, await compress(JSON.stringify(snapshot)));
  }
}
