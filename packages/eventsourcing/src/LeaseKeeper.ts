import { Kvm, type KV } from "@nats-io/kv";
import type { Nats } from "./nats/Nats.ts";
import type { Ownership } from "./Ownership.ts";

/** A lease that is not renewed for this long is free; longer than a short stall, short enough to wait for. */
const TTL_MS = 5_000;
const RENEW_EVERY_MS = 1_000;
/** The holder gives up this long before the server would, so that clocks and queues may lag. */
const MARGIN_MS = 1_500;
/** A node's name is a token of a key. */
const NODE_NAME = /^[\w-]+$/;

export interface LeaseKeeperOptions {
  /** Which process this is; the same name after a restart takes its own leases back at once. */
  readonly node: string;
  readonly replicas: number;
  /** KV bucket of the nodes that share this work; nodes of different roles must not count each other. */
  readonly bucket?: string;
  /** What to hold: all partitions of these logs, shared with other nodes that want them too. */
  readonly wanted: ReadonlyArray<{ readonly log: string; readonly partitions: number }>;
  readonly onGained: (log: string, partition: number) => void;
  readonly onLost: (log: string, partition: number) => void;
}

interface Held {
  revision: number;
  /** Monotonic time in ms until which the lease surely is ours. */
  until: number;
}

interface Lease {
  readonly node: string;
}

/**
 * Holds partitions by leases in a KV bucket, `leases` unless told otherwise. Every node announces itself there; hashing says who
 * should have what, an equal share for each. The fence in the log covers what clocks cannot.
 */
export class LeaseKeeper implements Ownership {
  readonly #options: LeaseKeeperOptions;
  readonly #nats: Nats;
  readonly #kv: KV;
  readonly #held = new Map<string, Held>();
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #stopped = false;

  private constructor(nats: Nats, kv: KV, options: LeaseKeeperOptions) {
    this.#nats = nats;
    this.#kv = kv;
    this.#options = options;
  }

  static async start(nats: Nats, options: LeaseKeeperOptions): Promise<LeaseKeeper> {
    if (!NODE_NAME.test(options.node))
      throw new Error(`a node's name is of A-Z, a-z, 0-9, _ and -: ${options.node}`);
    const kv = await new Kvm(nats.connection).create(options.bucket ?? "leases", {
      ttl: TTL_MS,
      history: 1,
      replicas: options.replicas,
    });
    const keeper = new LeaseKeeper(nats, kv, options);
    await keeper.#round();
    keeper.#schedule();
    return keeper;
  }

  holds(log: string, partition: number): boolean {
    const held = this.#held.get(leaseKey(log, partition));
    return held !== undefined && performance.now() < held.until;
  }

  /** Gives every lease back. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#turn;
    const held = [...this.#held];
    for (const [key] of held) this.#lose(key);
    if (!this.#nats.connected) return;
    // Only at our own revision: a lease that lapsed meanwhile may be another's by now.
    const leases = held.map(([key, { revision }]) => this.#kv.delete(key, { previousSeq: revision }));
    await Promise.allSettled([...leases, this.#kv.delete(`node.${this.#options.node}`)]);
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#turn = this.#round().then(() => {
        if (!this.#stopped) this.#schedule();
      });
    }, RENEW_EVERY_MS);
  }

  async #round(): Promise<void> {
    for (const [key, held] of this.#held) if (performance.now() >= held.until) this.#lose(key);
    if (!this.#nats.connected) return;
    try {
      const started = performance.now();
      await this.#kv.put(`node.${this.#options.node}`, "");
      const nodes = await this.#nodes();
      for (const { log, partitions } of this.#options.wanted) {
        for (const [partition, owner] of shareOut(nodes, log, partitions).entries()) {
          await this.#tend(leaseKey(log, partition), owner, started);
        }
      }
    } catch {
      // The next round tries again; what is not renewed in time is lost by the clock above.
    }
  }

  async #nodes(): Promise<ReadonlyArray<string>> {
    const nodes: Array<string> = [];
    for await (const key of await this.#kv.keys("node.>")) nodes.push(key.slice("node.".length));
    return nodes;
  }

  async #tend(key: string, preferred: string, started: number): Promise<void> {
    const { node } = this.#options;
    const held = this.#held.get(key);
    if (held && preferred !== node) {
      this.#lose(key);
      await this.#kv.delete(key, { previousSeq: held.revision }).catch(() => undefined);
      return;
    }
    if (preferred !== node) return;
    const revision = await this.#take(key, held?.revision);
    if (revision === undefined) {
      if (held) this.#lose(key);
      return;
    }
    this.#held.set(key, { revision, until: started + TTL_MS - MARGIN_MS });
    if (!held) this.#options.onGained(...splitKey(key));
  }

  async #holder(key: string): Promise<{ readonly node: string; readonly revision: number } | undefined> {
    const entry = await this.#kv.get(key);
    return entry?.operation === "PUT"
      ? { node: entry.json<Lease>().node, revision: entry.revision }
      : undefined;
  }

  /** Renews the lease, or takes one that is free or was ours in an earlier life; undefined when it is another's. */
  async #take(key: string, revision: number | undefined): Promise<number | undefined> {
    const value = JSON.stringify({ node: this.#options.node } satisfies Lease);
    if (revision !== undefined) return this.#kv.update(key, value, revision).catch(() => undefined);
    const holder = await this.#holder(key);
    if (holder === undefined) return this.#kv.create(key, value).catch(() => undefined);
    if (holder.node !== this.#options.node) return undefined;
    return this.#kv.update(key, value, holder.revision).catch(() => undefined);
  }

  #lose(key: string): void {
    if (this.#held.delete(key)) this.#options.onLost(...splitKey(key));
  }
}

const leaseKey = (log: string, partition: number): string => `lease.${log}.${partition}`;

const splitKey = (key: string): [string, number] => {
  const [, log, partition] = key.split(".");
  return [log!, Number(partition)];
};

/**
 * The owner of each partition. Every node comes to the same result: the highest random weight wins, as long as its node
 * has less than an equal share, rounded up; so with few partitions too no node is left idle. A node that comes or goes moves
 * its share, and little else.
 */
export const shareOut = (
  nodes: ReadonlyArray<string>,
  log: string,
  partitions: number,
): ReadonlyArray<string> => {
  const owners: Array<string> = Array.from({ length: partitions }, () => "");
  const left = new Map(nodes.map((node) => [node, Math.ceil(partitions / nodes.length)]));
  const bids = nodes.flatMap((node) =>
    owners.map((_, partition) => ({ node, partition, weight: weightOf(node, log, partition) })),
  );
  bids.sort((a, b) => b.weight - a.weight || a.partition - b.partition || (a.node < b.node ? -1 : 1));
  for (const { node, partition } of bids) {
    const free = left.get(node)!;
    if (owners[partition] !== "" || free === 0) continue;
    owners[partition] = node;
    left.set(node, free - 1);
  }
  return owners;
};

const weightOf = (node: string, log: string, partition: number): number => {
  let hash = 0x811c9dc5;
  for (const char of `${node}/${log}/${partition}`) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
};
