import type { DecisionContext } from "@clickclack/eventsourcing/Decider";
import type { ChannelKind, WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import * as Result from "effect/Result";
import {
  type Decision,
  event,
  events,
  isManager,
  noSuchChannel,
  nothing,
  reject,
  requireChannel,
  requireMember,
  requireNoTimeout,
  requireWriter,
} from "../rules.ts";
import type { ChannelDetails, ChannelState, WorkspaceState } from "../WorkspaceState.ts";
import {
  decideChannelOperation,
  evolveModeration,
  isOperator,
  joinRefusal,
  type ChannelOperatorCommand,
} from "./ChannelModes.ts";
import { slugify } from "./slugify.ts";

/** Changes of the details; an empty string, or 0, clears a field. */
export type ChannelChanges = ChannelDetails & { readonly name?: string; readonly archived?: boolean };

export type ChannelCommand =
  | {
      readonly type: "CreateChannel";
      readonly channelId: string;
      readonly name: string;
      readonly kind: ChannelKind;
      readonly details: ChannelDetails;
      /** How many members it takes; from the very first on, as others may come at once. */
      readonly memberLimit?: number;
    }
  | { readonly type: "UpdateChannel"; readonly channelId: string; readonly changes: ChannelChanges }
  | { readonly type: "AddChannelMember"; readonly channelId: string; readonly userId: string }
  | {
      readonly type: "RemoveChannelMember";
      readonly channelId: string;
      readonly userId: string;
      readonly reason?: string;
    }
  | { readonly type: "JoinChannel"; readonly channelId: string; readonly keyHash?: string }
  | { readonly type: "LeaveChannel"; readonly channelId: string; readonly reason?: string }
  | ChannelOperatorCommand;

/** Channels of a workspace: each costs memory in the actor and in every gateway that serves it. */
const MAX_CHANNELS = 10_000;

export const decideChannel = (
  state: WorkspaceState,
  command: ChannelCommand,
  context: DecisionContext,
): Decision => {
  const acting =
    command.type === "CreateChannel" ? requireWriter(state, context) : requireMember(state, context);
  if (Result.isFailure(acting)) return Result.fail(acting.failure);
  const guest = acting.success.role === "guest";
  if (command.type === "CreateChannel") return guest ? guestsCannot : createChannel(state, command, context);
  const found = requireChannel(state, context, command.channelId);
  if (Result.isFailure(found)) return Result.fail(found.failure);
  if (command.type === "LeaveChannel")
    return leaveChannel(found.success, context.actor.user_id, command.reason);
  const timeout = requireNoTimeout(state, context);
  if (Result.isFailure(timeout)) return Result.fail(timeout.failure);
  if (guest) return guestsCannot;
  const channel = found.success;
  if (channel.kind === "direct") return noSuchChannel;
  const user = context.actor.user_id;
  switch (command.type) {
    case "UpdateChannel": {
      // A bot's token says by its scopes whether it manages channels.
      const bot = acting.success.role === "bot";
      const may = bot || isManager(acting.success) || channel.createdBy === user;
      return may
        ? updateChannel(state, channel, command.changes)
        : reject("forbidden", "you cannot change this channel");
    }
    case "AddChannelMember":
      return channel.modes?.invite_only && !isOperator(state, channel, user)
        ? reject("forbidden", "only the channel's operators do this")
        : addMember(state, channel, command.userId);
    case "RemoveChannelMember": {
      const runs = isOperator(state, channel, user) || channel.createdBy === user;
      const may = isManager(acting.success) || runs || command.userId === user;
      return may
        ? removeMember(channel, command.userId, command.reason)
        : reject("forbidden", "you cannot remove members here");
    }
    case "JoinChannel":
      return channel.members.has(user)
        ? nothing
        : (joinRefusal(state, channel, user, command.keyHash) ?? addMember(state, channel, user));
    case "ChangeChannelModes":
    case "SetChannelTopic":
    case "InviteToChannel":
      return decideChannelOperation(state, channel, command, context);
  }
};

const guestsCannot = reject("forbidden", "guests cannot manage channels");

const createChannel = (
  state: WorkspaceState,
  command: Extract<ChannelCommand, { type: "CreateChannel" }>,
  context: DecisionContext,
): Decision => {
  const name = slugify(command.name);
  if (name === "") return reject("invalid_request", "the name needs at least one letter or digit");
  if (state.channelNames.has(name)) return reject("name_taken", `there is a channel named ${name} already`);
  if (state.channels.size >= MAX_CHANNELS)
    return reject("limit_reached", "this workspace has too many channels");
  const { channelId, kind, details, memberLimit } = command;
  const createdBy = context.actor.user_id;
  const payload = { channel_id: channelId, name, kind, created_by: createdBy, ...withoutEmpty(details) };
  return events(
    event("channel.created", payload, channelId),
    event("channel.member_added", { channel_id: channelId, user_id: createdBy }, channelId),
    ...(memberLimit === undefined ? [] : [limited(channelId, createdBy, memberLimit)]),
  );
};

const limited = (channelId: string, by: string, limit: number) =>
  event(
    "channel.modes_changed",
    {
      channel_id: channelId,
      set_by: by,
      changes: [{ mode: "+l", argument: String(limit) }],
      modes: { member_limit: limit },
    },
    channelId,
  );

const updateChannel = (state: WorkspaceState, channel: ChannelState, changes: ChannelChanges): Decision => {
  const { name: wanted, archived = channel.archived, ...details } = changes;
  const name = wanted === undefined ? channel.name : slugify(wanted);
  if (name === "") return reject("invalid_request", "the name needs at least one letter or digit");
  if (name !== channel.name && state.channelNames.has(name)) {
    return reject("name_taken", `there is a channel named ${name} already`);
  }
  const merged = withoutEmpty({ ...channel.details, ...details });
  return events(event("channel.updated", { channel_id: channel.id, name, archived, ...merged }, channel.id));
};

const addMember = (state: WorkspaceState, channel: ChannelState, userId: string): Decision => {
  if (!state.members.has(userId)) return reject("not_found", "there is no such member in this workspace");
  if (channel.members.has(userId)) return nothing;
  return events(event("channel.member_added", { channel_id: channel.id, user_id: userId }, channel.id));
};

const removeMember = (channel: ChannelState, userId: string, reason?: string): Decision => {
  if (!channel.members.has(userId)) return nothing;
  const payload = { channel_id: channel.id, user_id: userId, ...(reason && { reason }) };
  return events(event("channel.member_removed", payload, channel.id));
};

/** Also who is timed out may go. */
const leaveChannel = (channel: ChannelState, userId: string, reason?: string): Decision =>
  channel.kind === "direct" ? noSuchChannel : removeMember(channel, userId, reason);

const CLEARED: ReadonlySet<unknown> = new Set(["", 0, undefined]);

const withoutEmpty = (details: ChannelDetails): ChannelDetails =>
  Object.fromEntries(Object.entries(details).filter(([, value]) => !CLEARED.has(value)));

/** Who posted when is known while slow mode is on, from then on. */
const paceOf = ({ slow_mode_seconds }: ChannelDetails, lastPosts = new Map<string, number>()) =>
  slow_mode_seconds === undefined ? {} : { lastPosts };

export const evolveChannel = (state: WorkspaceState, event: WorkspaceEvent): WorkspaceState => {
  switch (event.type) {
    case "channel.created": {
      const { channel_id: id, name, kind, created_by: createdBy, ...details } = event.payload;
      // Its creator sees it from the very event that makes it, not only once the membership follows.
      const base = {
        archived: false,
        lastSeq: 0,
        members: new Set([createdBy]),
        pins: [],
        createdAt: event.at,
      };
      state.channels.set(id, { id, name, kind, createdBy, details, ...base, ...paceOf(details) });
      state.channelNames.set(name, id);
      return state;
    }
    case "channel.updated": {
      const { channel_id: id, name, archived, ...details } = event.payload;
      const { lastPosts, ...channel } = state.channels.get(id)!;
      state.channelNames.delete(channel.name);
      state.channelNames.set(name, id);
      state.channels.set(id, { ...channel, name, archived, details, ...paceOf(details, lastPosts) });
      return state;
    }
    case "channel.member_added": {
      const { channel_id: id, user_id: user } = event.payload;
      const channel = state.channels.get(id);
      channel?.members.add(user);
      if (channel?.invited?.includes(user))
        state.channels.set(id, { ...channel, invited: channel.invited.filter((one) => one !== user) });
      return state;
    }
    case "channel.member_removed":
      state.channels.get(event.payload.channel_id)?.members.delete(event.payload.user_id);
      return state;
    case "channel.topic_changed":
    case "channel.modes_changed":
    case "channel.invited":
      return evolveModeration(state, event);
    default:
      return state;
  }
};
