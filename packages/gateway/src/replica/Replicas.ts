import type { Subscription } from "@clickclack/eventsourcing/LiveFeed";
import { type ReplicaPorts, WorkspaceReplica } from "./WorkspaceReplica.ts";

/** A replica without sockets that nobody read for this long is let go. */
const IDLE_MS = 5 * 60_000;
/** Replicas at once: some gigabytes at the very most; without sockets, the longest idle go beyond it. */
const MAX_REPLICAS = 5_000;
/** Replicas that read their tail at once after the connection came back. */
const RECOVERY_LANES = 32;

/** The workspaces that this gateway serves right now. */
export class Replicas {
  readonly #ports: ReplicaPorts;
  readonly #inUse: (workspaceId: string) => boolean;
  readonly #replicas = new Map<string, Promise<WorkspaceReplica>>();
  readonly #reconnect: Subscription;
  readonly #sweep: NodeJS.Timeout;

  constructor(ports: ReplicaPorts, inUse: (workspaceId: string) => boolean) {
    this.#ports = ports;
    this.#inUse = inUse;
    this.#reconnect = ports.feed.onReconnect(() => void this.#recoverAll());
    this.#sweep = setInterval(() => void this.#letGo(IDLE_MS), IDLE_MS / 5).unref();
  }

  /** The workspace's replica, loaded now if need be. Throws StoreUnavailable. */
  async get(workspaceId: string): Promise<WorkspaceReplica> {
    const known = this.#replicas.get(workspaceId);
    if (known) {
      const replica = await known;
      replica.lastUsed = Date.now();
      return replica;
    }
    const opening = WorkspaceReplica.open(workspaceId, this.#ports);
    this.#replicas.set(workspaceId, opening);
    opening.catch(() => this.#replicas.delete(workspaceId));
    if (this.#replicas.size > MAX_REPLICAS) void this.#letGo(0, MAX_REPLICAS / 10);
    const replica = await opening;
    // Ids that name no workspace leave nothing behind; one that was deleted takes next to nothing, and time to load.
    if (!replica.state.exists && !replica.state.deleted) this.#forget(replica);
    return replica;
  }

  close(): void {
    clearInterval(this.#sweep);
    this.#reconnect.stop();
    for (const opening of this.#replicas.values())
      void opening.then((replica) => replica.close()).catch(() => undefined);
  }

  #forget(replica: WorkspaceReplica): void {
    replica.close();
    this.#replicas.delete(replica.id);
  }

  async #letGo(idleMs: number, most = Number.POSITIVE_INFINITY): Promise<void> {
    const replicas = await Promise.all([...this.#replicas.values()].map((one) => one.catch(() => undefined)));
    const limit = Date.now() - idleMs;
    const idle = replicas.filter((one) => one !== undefined && one.lastUsed <= limit && !this.#inUse(one.id));
    idle.sort((a, b) => a!.lastUsed - b!.lastUsed);
    for (const replica of idle.slice(0, most)) this.#forget(replica!);
  }

  async #recoverAll(): Promise<void> {
    const left = [...this.#replicas.values()].values();
    const lane = async () => {
      for (const opening of left) await opening.then((replica) => replica.catchUp()).catch(() => undefined);
    };
    await Promise.all(Array.from({ length: RECOVERY_LANES }, lane));
  }
}
