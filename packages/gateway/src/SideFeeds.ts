import type { Ephemeral } from "@clickclack/eventsourcing/Ephemeral";
import type { LiveFeed, Subscription } from "@clickclack/eventsourcing/LiveFeed";
import type { PersonalEvent } from "@clickclack/protocol/events/PersonalEvents";
import type { EphemeralFrame } from "./Ephemerals.ts";

export interface SideFeedsPorts {
  readonly ephemeral: Ephemeral<EphemeralFrame>;
  readonly personalFeed: LiveFeed<PersonalEvent>;
  readonly onEphemeral: (workspaceId: string, message: EphemeralFrame) => void;
  readonly onPersonal: (workspaceId: string, event: PersonalEvent) => void;
}

/** What reaches the sockets of a workspace besides its events: ephemeral frames, and what people keep for themselves. */
export class SideFeeds {
  readonly #ports: SideFeedsPorts;
  readonly #open = new Map<string, Promise<ReadonlyArray<Subscription>>>();
  /** The hub and the watchers may both have somebody in a workspace. */
  readonly #occupants = new Map<string, number>();

  constructor(ports: SideFeedsPorts) {
    this.#ports = ports;
  }

  /** Call when the first of a kind came to a workspace, and when its last one went. */
  occupy(workspaceId: string, occupied: boolean): void {
    const before = this.#occupants.get(workspaceId) ?? 0;
    const now = before + (occupied ? 1 : -1);
    if (now > 0) this.#occupants.set(workspaceId, now);
    else this.#occupants.delete(workspaceId);
    if (now === 0) return this.#stop(workspaceId);
    if (before > 0) return;
    const opened = this.#follow(workspaceId);
    // Told to the sockets that wait for it; they are closed then, and come again.
    opened.catch(() => undefined);
    this.#open.set(workspaceId, opened);
  }

  /** Resolves once nothing that is sent from now on is missed by the sockets of a workspace. Throws StoreUnavailable. */
  async ready(workspaceId: string): Promise<void> {
    await this.#open.get(workspaceId);
  }

  close(): void {
    for (const workspaceId of this.#open.keys()) this.#stop(workspaceId);
  }

  async #follow(workspaceId: string): Promise<ReadonlyArray<Subscription>> {
    const { ephemeral, personalFeed, onEphemeral, onPersonal } = this.#ports;
    return Promise.all([
      ephemeral.follow(`ephemeral.${workspaceId}.>`, (message) => onEphemeral(workspaceId, message)),
      personalFeed.follow(workspaceId, ({ commit }) => {
        for (const event of commit.events) onPersonal(workspaceId, event);
      }),
    ]);
  }

  #stop(workspaceId: string): void {
    const opened = this.#open.get(workspaceId);
    this.#open.delete(workspaceId);
    opened?.then(
      (subscriptions) => {
        for (const subscription of subscriptions) subscription.stop();
      },
      () => undefined,
    );
  }
}
