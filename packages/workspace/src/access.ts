import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import type { WorkspaceState } from "./WorkspaceState.ts";

/** A member who is not blocked. */
export const isActiveMember = (state: WorkspaceState, userId: string): boolean =>
  state.members.get(userId)?.blocked === false;

/** Guests see the channels that they joined; private channels are seen by those who joined; the rest by all members. */
export const canSeeChannel = (state: WorkspaceState, userId: string, channelId: string): boolean => {
  const channel = state.channels.get(channelId);
  if (!channel || !isActiveMember(state, userId)) return false;
  const open = channel.kind === "public" && state.members.get(userId)?.role !== "guest";
  return open || channel.members.has(userId);
};

/** The channels that a member sees, in the order of their creation. */
export const visibleChannels = (state: WorkspaceState, userId: string): ReadonlyArray<string> =>
  [...state.channels.keys()].filter((id) => canSeeChannel(state, userId, id));

/** Whether an event of the workspace may be shown to this user, as access stands now. */
export const canSeeEvent = (state: WorkspaceState, userId: string, event: WorkspaceEvent): boolean =>
  event.channel_id === undefined
    ? isActiveMember(state, userId)
    : canSeeChannel(state, userId, event.channel_id);
