import { ApiClient } from "./ApiClient.ts";
import { ClickClack, type ClickClackOptions } from "./ClickClack.ts";
import { freshDatabase, freshNats } from "./services.ts";

/** Some nodes on one NATS and one Postgres, each a process with a data folder of its own. */
export class Cluster {
  readonly nats: string;
  readonly db: string;
  readonly nodes: Array<ClickClack> = [];

  private constructor(nats: string, db: string) {
    this.nats = nats;
    this.db = db;
  }

  /** On the run's own NATS and Postgres unless others are given; without nodes yet. */
  static async create(urls?: { readonly nats: string; readonly db: string }): Promise<Cluster> {
    if (urls) return new Cluster(urls.nats, urls.db);
    const [nats, db] = await Promise.all([freshNats(), freshDatabase()]);
    return new Cluster(nats.url, db.url);
  }

  /** Starts one more node and waits until it is ready. */
  async add(options: Omit<ClickClackOptions, "nats" | "db" | "dataDir"> = {}): Promise<ClickClack> {
    const node = await ClickClack.start({ ...options, nats: this.nats, db: this.db });
    this.nodes.push(node);
    return node;
  }

  /** Stops what still runs, the newest first. */
  async stop(): Promise<void> {
    for (const node of this.nodes.splice(0).toReversed()) await node.stop();
  }
}

/** A client of a node as its development user. */
export const clientOf = (node: ClickClack): ApiClient => new ApiClient(node.url);
