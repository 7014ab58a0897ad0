import { SYSTEM } from "@clickclack/workspace/rules";
import type { ChannelState } from "@clickclack/workspace/WorkspaceState";
import type { GatewayContext } from "../../GatewayContext.ts";
import type { WorkspaceReplica } from "../../replica/WorkspaceReplica.ts";
import type { Membership } from "../../rooms/Membership.ts";
import type { GuestNames } from "./GuestNames.ts";
import type { TerminalSession } from "./TerminalSession.ts";

/** A guest whose connection was lost keeps its rooms this long; one that closed it, only for so long as a page takes to load again. */
const GRACE_MS = { lost: 2 * 60_000, closed: 5_000 };
/** Guests that are waited for; beyond it they lose their rooms at once. */
const MAX_WAITING = 10_000;

export interface GuestSeatsPorts {
  readonly context: GatewayContext;
  readonly membership: Membership;
  readonly guests: GuestNames;
}

/** The rooms of guests who are gone: a room with a capacity is not kept full by them. */
export class GuestSeats {
  readonly #ports: GuestSeatsPorts;
  readonly #waiting = new Set<NodeJS.Timeout>();

  constructor(ports: GuestSeatsPorts) {
    this.#ports = ports;
  }

  /** Takes a guest out of its rooms. */
  async leave({ replica, userId, visit }: TerminalSession): Promise<void> {
    if ((await this.#ports.guests.visitOf(userId)) !== visit) return;
    const rooms = [...replica.state.channels.values()].filter(
      ({ kind, members }) => kind !== "direct" && members.has(userId),
    );
    for (const { id: channelId } of rooms)
      await this.#ports.membership.as(userId, { type: "LeaveChannel", channelId });
  }

  /** The same, unless the guest is back by then. */
  leaveLater(session: TerminalSession, closed: boolean): void {
    if (this.#waiting.size >= MAX_WAITING) return void this.leave(session).catch(() => undefined);
    const timer = setTimeout(
      () => {
        this.#waiting.delete(timer);
        void this.#isBack(session)
          .then((back) => (back ? undefined : this.leave(session)))
          .catch(() => undefined);
      },
      GRACE_MS[closed ? "closed" : "lost"],
    ).unref();
    this.#waiting.add(timer);
  }

  /** Takes guests out of a full room whom no gateway has any more; true if one went. */
  async makeRoom(replica: WorkspaceReplica, channel: ChannelState): Promise<boolean> {
    let went = false;
    for (const userId of channel.members) {
      if (!(await this.#isGone(userId))) continue;
      const command = { type: "RemoveChannelMember", channelId: channel.id, userId } as const;
      await this.#ports.membership.as(SYSTEM, command);
      went = true;
    }
    const { commands } = this.#ports.context.services;
    if (went) await replica.reach((await commands.position(replica.id)).version);
    return went;
  }

  close(): void {
    for (const timer of this.#waiting) clearTimeout(timer);
  }

  async #isBack({ userId }: TerminalSession): Promise<boolean> {
    const account = await this.#ports.context.services.directory.find(userId);
    return account !== undefined && this.#ports.guests.isConnected(account.handle);
  }

  async #isGone(userId: string): Promise<boolean> {
    const { guests, context } = this.#ports;
    if ((await guests.visitOf(userId)) === undefined) return false;
    const account = await context.services.directory.findCurrent(userId);
    return account !== undefined && !(await guests.isConnected(account.handle));
  }
}
