import type { Ephemeral } from "@clickclack/eventsourcing/Ephemeral";
import type { NodeSets } from "@clickclack/eventsourcing/NodeSets";
import { isId } from "@clickclack/protocol/Ids";
import { type EphemeralFrame, ephemeralFrame, sendEphemeral } from "./Ephemerals.ts";

type Status = "online" | "offline";

/**
 * Who is connected, counted over the sockets of all gateways: told when somebody's first connection opens and when the
 * last one closes, on whichever node.
 */
export class Presence {
  readonly #sets: NodeSets;
  readonly #ephemeral: Ephemeral<EphemeralFrame>;
  /** One change after the other for each user, so that coming and going at once end as they happened. */
  readonly #turns = new Map<string, Promise<void>>();

  /** Ways by which each user is connected to this gateway. */
  readonly #here = new Map<string, number>();

  constructor(sets: NodeSets, ephemeral: Ephemeral<EphemeralFrame>) {
    this.#sets = sets;
    this.#ephemeral = ephemeral;
    sets.onGone((key) => {
      // Other things are counted in the same sets.
      if (isId("wsp", key.split(".")[0] ?? "")) this.#tell(key, "offline");
    });
  }

  /** Call when a user came to a workspace at this gateway, and as often when it went, by whatever connection. */
  change(workspaceId: string, userId: string, present: boolean): void {
    const key = `${workspaceId}.${userId}`;
    const before = this.#here.get(key) ?? 0;
    const now = before + (present ? 1 : -1);
    if (now > 0) this.#here.set(key, now);
    else this.#here.delete(key);
    if (before > 0 && now > 0) return;
    const turn = (this.#turns.get(key) ?? Promise.resolve())
      .then(async () => {
        const turned = present ? await this.#sets.join(key) : await this.#sets.leave(key);
        if (turned) this.#tell(key, present ? "online" : "offline");
      })
      // Without NATS nobody can be told; the sets are renewed when it is back.
      .catch(() => undefined)
      .finally(() => {
        if (this.#turns.get(key) === turn) this.#turns.delete(key);
      });
    this.#turns.set(key, turn);
  }

  /** Resolves once others were told of every change before this call. */
  async settled(): Promise<void> {
    await Promise.all(this.#turns.values());
  }

  /** Who of a workspace is connected, and since when. */
  async list(
    workspaceId: string,
  ): Promise<ReadonlyArray<{ readonly userId: string; readonly since: string }>> {
    const present = await this.#sets.list(workspaceId);
    return present.map(({ key, since }) => ({
      userId: key.slice(workspaceId.length + 1),
      since: new Date(since).toISOString(),
    }));
  }

  #tell(key: string, status: Status): void {
    const [workspaceId, userId] = key.split(".") as [string, string];
    const message = ephemeralFrame({ type: "presence.changed", workspaceId, userId, payload: { status } });
    sendEphemeral(this.#ephemeral, message);
  }
}
