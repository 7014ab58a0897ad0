import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { isActiveMember } from "@clickclack/workspace/access";
import type { WorkspaceState } from "@clickclack/workspace/WorkspaceState";

const everybody = (workspace: string): string => `w/${workspace}`;
const openChannels = (workspace: string): string => `o/${workspace}`;
const oneChannel = (channel: string): string => `c/${channel}`;

/** The topics that show a user what it may see, and nothing else; a socket is subscribed to exactly these. */
export const topicsOf = (state: WorkspaceState, userId: string): ReadonlySet<string> => {
  const topics = new Set<string>();
  if (!isActiveMember(state, userId)) return topics;
  topics.add(everybody(state.id));
  const guest = state.members.get(userId)?.role === "guest";
  if (!guest) topics.add(openChannels(state.id));
  for (const channel of state.channels.values()) {
    if (channel.members.has(userId) && (guest || channel.kind === "private"))
      topics.add(oneChannel(channel.id));
  }
  return topics;
};

/** Where an event is published: no socket is subscribed to two of its topics. */
export const topicsFor = (state: WorkspaceState, event: WorkspaceEvent): ReadonlyArray<string> => {
  if (event.channel_id === undefined) return [everybody(state.id)];
  const kind = state.channels.get(event.channel_id)?.kind;
  if (kind === "public") return [openChannels(state.id), oneChannel(event.channel_id)];
  return kind === "private" ? [oneChannel(event.channel_id)] : [];
};

/** The users whose access an event changes. */
export const accessChangedBy = (event: WorkspaceEvent): string | undefined => {
  switch (event.type) {
    case "channel.created":
      return event.payload.created_by;
    case "member.added":
    case "member.removed":
    case "member.moderation_updated":
    case "channel.member_added":
    case "channel.member_removed":
      return event.payload.user_id;
    default:
      return undefined;
  }
};
