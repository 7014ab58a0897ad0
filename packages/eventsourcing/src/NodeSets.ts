import { Kvm, type KV } from "@nats-io/kv";
import { StorageType } from "@nats-io/jetstream";
import type { Nats } from "./nats/Nats.ts";

/** A node that does not renew its entries for this long is gone. */
const TTL_MS = 30_000;
const RENEW_EVERY_MS = 10_000;
/** Nodes change one set at once as seldom as one person connects to several at once. */
const ATTEMPTS = 20;

/** Nodes by name, when each came, and when it said last that it is there (ms since 1970). */
type Nodes = Readonly<Record<string, { readonly since: number; readonly seen: number }>>;

const living = (nodes: Nodes): Nodes =>
  Object.fromEntries(Object.entries(nodes).filter(([, { seen }]) => Date.now() - seen < TTL_MS));

/**
 * For each key, which nodes have something of it: told apart are the first to have it and the last to let it go, over all
 * nodes, once each. Kept in memory by the servers, as it says nothing of the past. Keys are of KV characters, parts
 * separated by dots.
 */
export class NodeSets {
  readonly #kv: KV;
  readonly #node: string;
  readonly #mine = new Set<string>();
  #onGone: (key: string) => void = () => undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #create: () => Promise<unknown>;
  readonly #stopRemaking: () => void;

  private constructor(
    nats: Nats,
    kv: KV,
    { node, create }: { node: string; create: () => Promise<unknown> },
  ) {
    this.#kv = kv;
    this.#node = node;
    this.#create = create;
    // What is kept in memory is gone with the last server that kept it; nodes say again then what they have.
    this.#stopRemaking = nats.onState((state) => {
      if (state === "connected") void this.#remake();
    });
    this.#timer = setInterval(() => void this.#renew().catch(() => this.#remake()), RENEW_EVERY_MS).unref();
  }

  static async open(
    nats: Nats,
    bucket: string,
    { node, replicas }: { readonly node: string; readonly replicas: number },
  ): Promise<NodeSets> {
    const options = { replicas, history: 1, storage: StorageType.Memory };
    const create = () => new Kvm(nats.connection).create(bucket, options);
    return new NodeSets(nats, await create(), { node, create });
  }

  /** The listener is told of keys whose last node vanished without a word; an earlier run of this node among them. */
  onGone(listener: (key: string) => void): void {
    this.#onGone = listener;
    void this.#forgetEarlier().catch(() => undefined);
  }

  /** Says that this node has the key now; true when no other node had it. */
  async join(key: string): Promise<boolean> {
    this.#mine.add(key);
    const before = await this.#change(key, (nodes) => this.#with(nodes));
    return Object.keys(before).length === 0;
  }

  /** Says that this node has the key no more; true when no other node has it. */
  async leave(key: string): Promise<boolean> {
    this.#mine.delete(key);
    const before = await this.#change(key, (nodes) => this.#without(nodes));
    return Object.keys(before).every((node) => node === this.#node) && this.#node in before;
  }

  /** The keys below a prefix that some node has, and since when (ms since 1970). */
  async list(prefix: string): Promise<ReadonlyArray<{ readonly key: string; readonly since: number }>> {
    const keys: Array<string> = [];
    for await (const key of await this.#kv.keys(`${prefix}.>`)) keys.push(key);
    const found = await Promise.all(keys.map(async (key) => ({ key, nodes: (await this.#read(key)).nodes })));
    return found.flatMap(({ key, nodes }) => {
      const since = Object.values(nodes).map((node) => node.since);
      return since.length > 0 ? [{ key, since: Math.min(...since) }] : [];
    });
  }

  /** Gives every key back. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopRemaking();
    await Promise.all([...this.#mine].map((key) => this.leave(key).catch(() => undefined)));
  }

  /** What an earlier run of this node had, and could not let go, is not there any more. */
  async #forgetEarlier(): Promise<void> {
    for await (const key of await this.#kv.keys(">")) {
      const { nodes } = await this.#read(key);
      if (!(this.#node in nodes) || this.#mine.has(key)) continue;
      await this.#change(key, (current) => (this.#mine.has(key) ? current : this.#without(current)));
      if (Object.keys(nodes).length === 1 && !this.#mine.has(key)) this.#onGone(key);
    }
  }

  #without(nodes: Nodes): Nodes {
    return Object.fromEntries(Object.entries(nodes).filter(([node]) => node !== this.#node));
  }

  #with(nodes: Nodes): Nodes {
    const now = Date.now();
    return { ...nodes, [this.#node]: { since: nodes[this.#node]?.since ?? now, seen: now } };
  }

  /** Changes the living nodes of a key; returns those before. */
  async #change(key: string, change: (nodes: Nodes) => Nodes): Promise<Nodes> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const { nodes, revision } = await this.#read(key);
      const next = change(nodes);
      const written = await this.#write(key, next, revision);
      if (written) return nodes;
    }
    throw new Error(`${key} was changed by others all the time`);
  }

  async #write(key: string, nodes: Nodes, revision: number): Promise<boolean> {
    const write = this.#kv.put(key, JSON.stringify(nodes), { previousSeq: revision });
    return write.then(
      () => true,
      () => false,
    );
  }

  async #read(key: string): Promise<{ readonly nodes: Nodes; readonly revision: number }> {
    const entry = await this.#kv.get(key);
    if (!entry) return { nodes: {}, revision: 0 };
    const all = entry.operation === "PUT" ? entry.json<Nodes>() : {};
    return { nodes: living(all), revision: entry.revision };
  }

  /** Servers that have just started may not keep anything yet; it is tried again then. */
  async #remake(): Promise<void> {
    await this.#create()
      .then(() => this.#renew())
      .catch(() => undefined);
  }

  async #renew(): Promise<void> {
    for (const key of this.#mine) {
      // It may have been let go meanwhile.
      await this.#change(key, (nodes) => (this.#mine.has(key) ? this.#with(nodes) : nodes));
    }
    for await (const key of await this.#kv.keys(">")) await this.#clear(key);
  }

  /** Takes a key away whose nodes are all gone; whoever succeeds tells of it. */
  async #clear(key: string): Promise<void> {
    const entry = await this.#kv.get(key);
    if (entry?.operation !== "PUT") return;
    const nodes = entry.json<Nodes>();
    if (Object.keys(living(nodes)).length > 0) return;
    const deleted = await this.#kv.delete(key, { previousSeq: entry.revision }).then(
      () => true,
      () => false,
    );
    if (deleted && Object.keys(nodes).length > 0) this.#onGone(key);
  }
}
