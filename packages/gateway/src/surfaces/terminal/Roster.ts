import type { ChannelState, WorkspaceState } from "@clickclack/workspace/WorkspaceState";

/** Told of a room that somebody is in from now on, or no more. */
export type OnRosterChange = (channel: ChannelState, userId: string, joined: boolean) => void;

/** Who is in which room: a member of the channel who is connected, by whatever surface and gateway. */
export class Roster {
  readonly #onChange: OnRosterChange;
  readonly #here = new Map<string, Set<string>>();
  #online = new Set<string>();

  constructor(onChange: OnRosterChange) {
    this.#onChange = onChange;
  }

  isOnline(userId: string): boolean {
    return this.#online.has(userId);
  }

  /** Who is in a room. */
  of(channelId: string): ReadonlySet<string> {
    return this.#here.get(channelId) ?? new Set();
  }

  everybody(): ReadonlySet<string> {
    return this.#online;
  }

  /** Somebody came or went. */
  setOnline(state: WorkspaceState, userId: string, online: boolean): void {
    if (this.#online.has(userId) === online) return;
    if (online) this.#online.add(userId);
    else this.#online.delete(userId);
    this.refreshUser(state, userId);
  }

  /** Everybody who is connected. */
  replace(state: WorkspaceState, online: ReadonlySet<string>): void {
    for (const userId of [...this.#online, ...online]) this.setOnline(state, userId, online.has(userId));
  }

  /** Somebody's membership of any room may be another now. */
  refreshUser(state: WorkspaceState, userId: string): void {
    for (const channel of state.channels.values()) this.refresh(state, channel, userId);
  }

  refresh(state: WorkspaceState, channel: ChannelState, userId: string): void {
    if (channel.kind === "direct") return;
    const here = this.#here.get(channel.id);
    const before = here?.has(userId) ?? false;
    const active = state.members.get(userId)?.blocked === false;
    const now = active && channel.members.has(userId) && this.#online.has(userId);
    if (before === now) return;
    if (now) this.#here.set(channel.id, (here ?? new Set()).add(userId));
    else here?.delete(userId);
    if (here?.size === 0) this.#here.delete(channel.id);
    this.#onChange(channel, userId, now);
  }
}
