import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { isActiveMember } from "@clickclack/workspace/access";
import type { WorkspaceState } from "@clickclack/workspace/WorkspaceState";
import type { Viewer } from "./isShownTo.ts";

const everybody = (workspace: string): string => `w/${workspace}`;
const openChannels = (workspace: string): string => `o/${workspace}`;
const oneChannel = (channel: string): string => `c/${channel}`;

/** What is for one user alone, and the direct conversations that it is in. */
export const userTopic = (workspace: string, user: string): string => `u/${workspace}/${user}`;

/** The topics that show somebody what it may see, and nothing else; a socket is subscribed to exactly these. */
export const topicsOf = (state: WorkspaceState, { userId, conversations }: Viewer): ReadonlySet<string> => {
  const topics = new Set<string>();
  if (!isActiveMember(state, userId)) return topics;
  topics.add(everybody(state.id));
  if (conversations) topics.add(userTopic(state.id, userId));
  const guest = state.members.get(userId)?.role === "guest";
  if (!guest) topics.add(openChannels(state.id));
  for (const channel of state.channels.values()) {
    if (channel.members.has(userId) && (guest || channel.kind === "private"))
      topics.add(oneChannel(channel.id));
  }
  return topics;
};

/** Where an event is published: no socket is subscribed to two of its topics. */
export const topicsFor = (state: WorkspaceState, event: WorkspaceEvent): ReadonlyArray<string> =>
  topicsForScope(state, event.channel_id);

/** Where something of a channel or conversation, or of the whole workspace, is published. */
export const topicsForScope = (state: WorkspaceState, scopeId: string | undefined): ReadonlyArray<string> => {
  if (scopeId === undefined) return [everybody(state.id)];
  const channel = state.channels.get(scopeId);
  switch (channel?.kind) {
    case "public":
      return [openChannels(state.id), oneChannel(channel.id)];
    case "private":
      return [oneChannel(channel.id)];
    case "direct":
      return [...channel.members].map((member) => userTopic(state.id, member));
    case undefined:
      return [];
  }
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
