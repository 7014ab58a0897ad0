import type { DecisionContext } from "@clickclack/eventsourcing/Decider";
import type { ChannelModes, WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { type Decision, event, events, isManager, nothing, reject } from "../rules.ts";
import type { ChannelState, WorkspaceState } from "../WorkspaceState.ts";
import { matchesMask } from "./matchesMask.ts";

/** One change of a channel's modes. `argument` is a user's id for `o` and `v`, a hash for `k`, a mask for `b`, a number for `l`. */
export interface ModeChange {
  readonly mode: `${"+" | "-"}${ModeLetter}`;
  readonly argument?: string;
}

export const MODE_LETTERS = ["o", "v", "m", "n", "t", "s", "i", "k", "l", "b"] as const;
export type ModeLetter = (typeof MODE_LETTERS)[number];

export type ChannelOperatorCommand =
  | {
      readonly type: "ChangeChannelModes";
      readonly channelId: string;
      readonly changes: ReadonlyArray<ModeChange>;
    }
  | { readonly type: "SetChannelTopic"; readonly channelId: string; readonly topic: string }
  | { readonly type: "InviteToChannel"; readonly channelId: string; readonly userId: string };

/** Operators, voiced, bans and invitations of one channel: each is looked through on every post or join. */
const MAX_LISTED = 100;
const MAX_TOPIC = 2_000; // characters

const operatorsOnly = reject("forbidden", "only the channel's operators do this");

/** Whether somebody runs a channel: the workspace's managers do, and whoever made it or was named. */
export const isOperator = (state: WorkspaceState, channel: ChannelState, userId: string): boolean => {
  const member = state.members.get(userId);
  if (member && isManager(member)) return true;
  return channel.members.has(userId) && operatorsOf(channel).includes(userId);
};

export const isVoiced = (channel: ChannelState, userId: string): boolean =>
  channel.modes?.voiced?.includes(userId) ?? false;

const operatorsOf = (channel: ChannelState): ReadonlyArray<string> =>
  channel.modes?.operators ?? [channel.createdBy];

/** A member as the masks of bans see it. */
const maskOf = (state: WorkspaceState, userId: string): string =>
  `${state.nicks.get(userId)?.at(-1)?.nick ?? userId}!${userId}@*`;

const isBanned = (state: WorkspaceState, channel: ChannelState, userId: string): boolean =>
  (channel.modes?.bans ?? []).some((ban) => matchesMask(ban, maskOf(state, userId)));

/** Why somebody may not join a channel that it sees; undefined when it may. */
export const joinRefusal = (
  state: WorkspaceState,
  channel: ChannelState,
  userId: string,
  keyHash: string | undefined,
): Decision | undefined => {
  const { modes } = channel;
  if (!modes || isOperator(state, channel, userId)) return undefined;
  const invited = channel.invited?.includes(userId) ?? false;
  if (modes.invite_only && !invited) return reject("invite_only", "this channel takes invited members alone");
  if (isBanned(state, channel, userId) && !invited)
    return reject("banned", "you are banned from this channel");
  if (modes.key_hash !== undefined && modes.key_hash !== keyHash)
    return reject("bad_channel_key", "this channel has a key, and it was not given");
  if (modes.member_limit !== undefined && channel.members.size >= modes.member_limit)
    return reject("channel_full", "this channel is full");
  return undefined;
};

/** Why somebody may not speak in a channel that it sees; undefined when it may. */
export const speakRefusal = (
  state: WorkspaceState,
  channel: ChannelState,
  userId: string,
): ReturnType<typeof reject> | undefined => {
  const { modes } = channel;
  if (!modes || isOperator(state, channel, userId) || isVoiced(channel, userId)) return undefined;
  if (modes.members_only && !channel.members.has(userId))
    return reject("forbidden", "only members of this channel speak in it");
  if (modes.moderated) return reject("forbidden", "only operators and the voiced speak in this channel");
  return isBanned(state, channel, userId) ? reject("banned", "you are banned from this channel") : undefined;
};

export const decideChannelOperation = (
  state: WorkspaceState,
  channel: ChannelState,
  command: ChannelOperatorCommand,
  context: DecisionContext,
): Decision => {
  const by = context.actor.user_id;
  const operator = isOperator(state, channel, by);
  const here = { channel_id: channel.id };
  switch (command.type) {
    case "SetChannelTopic": {
      if (!channel.members.has(by) && !operator) return reject("forbidden", "you are not in this channel");
      if (channel.modes?.topic_locked && !operator) return operatorsOnly;
      if (command.topic.length > MAX_TOPIC)
        return reject("invalid_request", `a topic has at most ${MAX_TOPIC} characters`);
      if (command.topic === (channel.about?.text ?? "")) return nothing;
      return events(
        event("channel.topic_changed", { ...here, topic: command.topic, set_by: by }, channel.id),
      );
    }
    case "InviteToChannel": {
      if (!channel.members.has(by)) return reject("forbidden", "you are not in this channel");
      if (channel.modes?.invite_only && !operator) return operatorsOnly;
      if (!state.members.has(command.userId))
        return reject("not_found", "there is no such member in this workspace");
      if (channel.members.has(command.userId)) return nothing;
      const payload = { ...here, user_id: command.userId, invited_by: by };
      return events(event("channel.invited", payload, channel.id));
    }
    case "ChangeChannelModes": {
      if (!operator) return operatorsOnly;
      return changeModes(channel, command.changes, by);
    }
  }
};

const changeModes = (channel: ChannelState, wanted: ReadonlyArray<ModeChange>, by: string): Decision => {
  let modes = channel.modes ?? {};
  const changes: Array<ModeChange> = [];
  for (const change of wanted) {
    const aboutMember = change.mode.endsWith("o") || change.mode.endsWith("v");
    if (aboutMember && !channel.members.has(change.argument ?? ""))
      return reject("not_found", "there is no such member in this channel");
    const next = applied(modes, change, operatorsOf({ ...channel, modes }));
    if (JSON.stringify(next) === JSON.stringify(modes)) continue;
    modes = next;
    // The hash of a key is nobody's business but the rule's.
    changes.push(change.mode.endsWith("k") ? { mode: change.mode } : change);
  }
  const lists = [modes.operators, modes.voiced, modes.bans];
  if (lists.some((list) => list && list.length > MAX_LISTED))
    return reject("limit_reached", `a channel lists at most ${MAX_LISTED} of a kind`);
  if (changes.length === 0) return nothing;
  const payload = { channel_id: channel.id, set_by: by, changes, modes };
  return events(event("channel.modes_changed", payload, channel.id));
};

const FLAGS = {
  m: "moderated",
  n: "members_only",
  t: "topic_locked",
  s: "secret",
  i: "invite_only",
} as const;

/** The modes after one change. */
const applied = (
  modes: ChannelModes,
  { mode, argument = "" }: ModeChange,
  operators: ReadonlyArray<string>,
): ChannelModes => {
  const on = mode.startsWith("+");
  const letter = mode.charAt(1) as ModeLetter;
  const listed = (list: ReadonlyArray<string> = []) =>
    on ? [...list.filter((one) => one !== argument), argument] : list.filter((one) => one !== argument);
  switch (letter) {
    case "o":
      return { ...modes, operators: listed(operators) };
    case "v":
      return { ...modes, voiced: listed(modes.voiced) };
    case "b":
      return { ...modes, bans: listed(modes.bans) };
    case "k":
      return on ? { ...modes, key_hash: argument } : without(modes, "key_hash");
    case "l":
      return on ? { ...modes, member_limit: Number(argument) } : without(modes, "member_limit");
    default:
      return on ? { ...modes, [FLAGS[letter]]: true } : without(modes, FLAGS[letter]);
  }
};

const without = (modes: ChannelModes, field: keyof ChannelModes): ChannelModes => {
  const { [field]: _, ...rest } = modes;
  return rest;
};

export const evolveModeration = (
  state: WorkspaceState,
  event: Extract<
    WorkspaceEvent,
    { type: "channel.topic_changed" | "channel.modes_changed" | "channel.invited" }
  >,
): WorkspaceState => {
  const channel = state.channels.get(event.payload.channel_id);
  if (!channel) return state;
  switch (event.type) {
    case "channel.topic_changed": {
      const { topic: text, set_by: setBy } = event.payload;
      state.channels.set(channel.id, { ...channel, about: { text, setBy, at: event.at } });
      return state;
    }
    case "channel.modes_changed":
      state.channels.set(channel.id, { ...channel, modes: event.payload.modes });
      return state;
    case "channel.invited": {
      const invited = [...(channel.invited ?? []), event.payload.user_id].slice(-MAX_LISTED);
      state.channels.set(channel.id, { ...channel, invited });
      return state;
    }
  }
};
