import type { Subscription } from "@clickclack/eventsourcing/LiveFeed";
import type { EphemeralFrame } from "./Ephemerals.ts";
import type { RingEntry } from "./replica/EventRing.ts";
import type { WorkspaceReplica } from "./replica/WorkspaceReplica.ts";

/** What a surface that serves its connections itself is told of a workspace; whom it shows what is its own to ask. */
export interface Watcher {
  /** Every event, in order, after the replica folded it. */
  readonly onEvent: (replica: WorkspaceReplica, entry: RingEntry) => void;
  /** Typing and presence. */
  readonly onEphemeral?: (message: EphemeralFrame) => void;
}

export interface WatchersOptions {
  /** Told when the first watcher of a workspace came, and when its last one went. */
  readonly onOccupied: (workspaceId: string, occupied: boolean) => void;
  /** Resolves once the watchers of an occupied workspace are told of whatever is sent besides events. */
  readonly ready: (workspaceId: string) => Promise<void>;
}

/**
 * The surfaces of this gateway that fan out by themselves, beside the hub's sockets: whatever polls, or speaks over
 * connections that are not the hub's.
 */
export class Watchers {
  readonly #options: WatchersOptions;
  readonly #byWorkspace = new Map<string, Set<Watcher>>();

  constructor(options: WatchersOptions) {
    this.#options = options;
  }

  /** Watches a workspace until it is stopped; meanwhile its replica is kept in memory. */
  watch(workspaceId: string, watcher: Watcher): Subscription {
    const watchers = this.#byWorkspace.get(workspaceId) ?? new Set();
    if (watchers.size === 0) this.#options.onOccupied(workspaceId, true);
    this.#byWorkspace.set(workspaceId, watchers.add(watcher));
    return { stop: () => this.#stop(workspaceId, watcher) };
  }

  /** Wait for this after beginning to watch, where nothing that is sent besides events may be missed. Throws StoreUnavailable. */
  ready(workspaceId: string): Promise<void> {
    return this.#options.ready(workspaceId);
  }

  has(workspaceId: string): boolean {
    return this.#byWorkspace.has(workspaceId);
  }

  onEvent(replica: WorkspaceReplica, entry: RingEntry): void {
    for (const { onEvent } of this.#byWorkspace.get(replica.id) ?? []) onEvent(replica, entry);
  }

  onEphemeral(workspaceId: string, message: EphemeralFrame): void {
    for (const { onEphemeral } of this.#byWorkspace.get(workspaceId) ?? []) onEphemeral?.(message);
  }

  #stop(workspaceId: string, watcher: Watcher): void {
    const watchers = this.#byWorkspace.get(workspaceId);
    if (watchers?.delete(watcher) !== true || watchers.size > 0) return;
    this.#byWorkspace.delete(workspaceId);
    this.#options.onOccupied(workspaceId, false);
  }
}
