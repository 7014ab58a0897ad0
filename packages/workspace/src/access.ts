import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import type { WorkspaceState } from "./WorkspaceState.ts";

/** A member who is not blocked. */
export const isActiveMember = (state: WorkspaceState, userId: string): boolean =>
  state.members.get(userId)?.blocked === false;

/** Guests see the channels that they joined; private channels and conversations are seen by who is in them; the rest by all members. */
export const canSeeChannel = (state: WorkspaceState, userId: string, channelId: string): boolean => {
  const channel = state.channels.get(channelId);
  if (!channel || !isActiveMember(state, userId)) return false;
  const open = channel.kind === "public" && state.members.get(userId)?.role !== "guest";
  return open || channel.members.has(userId);
};

/** Whether somebody is told of a channel without naming it: of a secret one only who is in it, whoever runs it or the workspace. */
export const isListedFor = (state: WorkspaceState, userId: string, channelId: string): boolean => {
  const channel = state.channels.get(channelId);
  if (!channel || !canSeeChannel(state, userId, channelId)) return false;
  return !channel.modes?.secret || channel.members.has(userId);
};

/** Guests see themselves and those with whom they share a channel or conversation; the other members see everybody. */
export const canSeePerson = (state: WorkspaceState, userId: string, personId: string): boolean => {
  if (userId === personId || state.members.get(userId)?.role !== "guest") return true;
  for (const { members } of state.channels.values())
    if (members.has(userId) && members.has(personId)) return true;
  return false;
};

/** Whom a guest sees; undefined for the other members, who see everybody. */
export const visiblePeople = (state: WorkspaceState, userId: string): ReadonlySet<string> | undefined => {
  if (state.members.get(userId)?.role !== "guest") return undefined;
  const seen = new Set([userId]);
  for (const { members } of state.channels.values())
    if (members.has(userId)) for (const member of members) seen.add(member);
  return seen;
};

/** Those whom an event of the whole workspace is about: it is shown to whoever sees them all. */
export const peopleIn = (event: WorkspaceEvent): ReadonlyArray<string> => {
  switch (event.type) {
    case "member.added":
    case "member.removed":
    case "member.moderation_updated":
      return [event.payload.user_id];
    case "workspace.ownership_transferred":
      return [event.payload.from, event.payload.to];
    default:
      return [];
  }
};

/** Uploads are seen where their message is; those on no message yet by their owner alone. */
export const canSeeUpload = (
  state: WorkspaceState,
  userId: string,
  upload: { readonly ownerId: string; readonly channelId: string | null },
): boolean =>
  upload.channelId === null
    ? upload.ownerId === userId && isActiveMember(state, userId)
    : canSeeChannel(state, userId, upload.channelId);

/** The channels that a member sees, in the order of their creation. */
export const visibleChannels = (state: WorkspaceState, userId: string): ReadonlyArray<string> =>
  [...state.channels.values()]
    .filter(({ id, kind }) => kind !== "direct" && canSeeChannel(state, userId, id))
    .map(({ id }) => id);

/** The direct conversations that a member is in, in the order of their creation. */
export const directConversations = (state: WorkspaceState, userId: string): ReadonlyArray<string> =>
  [...state.channels.values()]
    .filter(({ id, kind }) => kind === "direct" && canSeeChannel(state, userId, id))
    .map(({ id }) => id);

/** The channels and conversations that a member sees. */
export const visiblePlaces = (state: WorkspaceState, userId: string): ReadonlyArray<string> =>
  [...state.channels.keys()].filter((id) => canSeeChannel(state, userId, id));

/** Whether somebody else is left to read what is said in a direct conversation. */
export const hasActivePeer = (state: WorkspaceState, userId: string, members: ReadonlySet<string>): boolean =>
  members.size === 1 || [...members].some((member) => member !== userId && isActiveMember(state, member));

/** Whether an event of the workspace may be shown to this user, as access stands now. */
export const canSeeEvent = (state: WorkspaceState, userId: string, event: WorkspaceEvent): boolean =>
  event.channel_id === undefined
    ? isActiveMember(state, userId) && peopleIn(event).every((id) => canSeePerson(state, userId, id))
    : canSeeChannel(state, userId, event.channel_id);
