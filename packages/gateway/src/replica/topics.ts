import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { canSeePerson, isActiveMember, peopleIn } from "@clickclack/workspace/access";
import type { WorkspaceState } from "@clickclack/workspace/WorkspaceState";
import type { Viewer } from "./isShownTo.ts";

/** Stands for all members. */
export const EVERYBODY = Symbol("everybody");

const everybody = (workspace: string): string => `w/${workspace}`;
const openChannels = (workspace: string): string => `o/${workspace}`;
const oneChannel = (channel: string): string => `c/${channel}`;

/** What a guest is shown of members that it shares a place with; the other members have it by the open channels' topic. */
const oneGuest = (workspace: string, user: string): string => `g/${workspace}/${user}`;

/** What is for one user alone, and the direct conversations that it is in. */
export const userTopic = (workspace: string, user: string): string => `u/${workspace}/${user}`;

/** The topics that show somebody what it may see, and nothing else; a socket is subscribed to exactly these. */
export const topicsOf = (state: WorkspaceState, { userId, conversations }: Viewer): ReadonlySet<string> => {
  const topics = new Set<string>();
  if (!isActiveMember(state, userId)) return topics;
  topics.add(everybody(state.id));
  if (conversations) topics.add(userTopic(state.id, userId));
  const guest = state.members.get(userId)?.role === "guest";
  topics.add(guest ? oneGuest(state.id, userId) : openChannels(state.id));
  for (const channel of state.channels.values()) {
    if (channel.members.has(userId) && (guest || channel.kind === "private"))
      topics.add(oneChannel(channel.id));
  }
  return topics;
};

/** Where an event is published: no socket is subscribed to two of its topics. */
export const topicsFor = (state: WorkspaceState, event: WorkspaceEvent): ReadonlyArray<string> => {
  const people = event.channel_id === undefined ? peopleIn(event) : [];
  return people.length > 0 ? topicsForPeople(state, people) : topicsForScope(state, event.channel_id);
};

/** Where something about these members is published: to whoever sees them all. */
export const topicsForPeople = (
  state: WorkspaceState,
  people: ReadonlyArray<string>,
): ReadonlyArray<string> => {
  const topics = [openChannels(state.id)];
  for (const [id, { role }] of state.members) {
    const sees = role === "guest" && people.every((person) => canSeePerson(state, id, person));
    if (sees) topics.push(oneGuest(state.id, id));
  }
  return topics;
};

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

/** The user whose access an event changes, or everybody's. */
export const accessChangedBy = (event: WorkspaceEvent): string | typeof EVERYBODY | undefined => {
  switch (event.type) {
    case "workspace.deleted":
      return EVERYBODY;
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
