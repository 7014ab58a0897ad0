import { newId } from "@clickclack/protocol/Ids";
import { canSeeChannel, isListedFor } from "@clickclack/workspace/access";
import { saidKeyHash } from "@clickclack/workspace/channel/channelKeyHash";
import type { ChannelState } from "@clickclack/workspace/WorkspaceState";
import type { IrcActor, IrcParts } from "../IrcParts.ts";
import { channelName, findChannel, isNewName, nativeName } from "../../../rooms/channelName.ts";
import { membersOf, nameReplies, topicReplies } from "../model/channelReplies.ts";
import { type Reply, reply } from "../model/numerics.ts";
import { IrcRefusal, refuse } from "../refusals.ts";
import { type CommandHandler, forEachTarget, replies, required } from "./IrcCommand.ts";
import { requireJoined, requireListed, requireNick, send } from "./targets.ts";

/** JOIN: into a channel, which is made if there is none. `JOIN 0` leaves all. */
export const join: CommandHandler = async (parts, actor, command) => {
  const names = required(command, 0);
  if (names === "0") return leaveAll(parts, actor);
  const keys = (command.params[1] ?? "").split(",");
  return forEachTarget(names, async (name, at) => void (await joinOne(parts, actor, name, keys[at])));
};

/** Joins one channel; true when that changed something. */
export const joinOne = async (
  parts: IrcParts,
  actor: IrcActor,
  name: string,
  key?: string,
): Promise<{ readonly channel: ChannelState; readonly joined: boolean }> => {
  const { state } = actor.replica;
  const native = nativeName(name);
  if (native === undefined) throw refuse.badChannel(name);
  const existing = findChannel(state, name);
  if (existing?.members.has(actor.caller.account.id)) return { channel: existing, joined: false };
  if (!existing && !isNewName(native)) throw refuse.badChannel(name);
  if (existing) await joinExisting(parts, actor, existing, key);
  else await create(parts, actor, native);
  return { channel: findChannel(state, name)!, joined: true };
};

const joinExisting = async (
  parts: IrcParts,
  actor: IrcActor,
  channel: ChannelState,
  key: string | undefined,
): Promise<void> => {
  const name = channelName(channel);
  // A private channel that somebody may not see is there all the same: its name is taken.
  if (!canSeeChannel(actor.replica.state, actor.caller.account.id, channel.id))
    throw new IrcRefusal("473", [name], "this channel takes invited members alone", "forbidden");
  const keyHash = key === undefined || key === "" ? undefined : saidKeyHash(channel, key);
  await send(parts, actor, { type: "JoinChannel", channelId: channel.id, ...(keyHash && { keyHash }) }, [
    name,
  ]);
};

const create = async (parts: IrcParts, actor: IrcActor, name: string): Promise<void> => {
  const channelId = newId("chn");
  const command = { type: "CreateChannel", channelId, name, kind: "public", details: {} } as const;
  try {
    await send(parts, actor, command, [`#${name}`]);
  } catch (error) {
    // Somebody else made it at this very moment: it is joined, then.
    await parts.context.reads.workspace(actor.replica.id, actor.caller);
    const made = findChannel(actor.replica.state, name);
    if (!made) throw error;
    await joinExisting(parts, actor, made, undefined);
  }
};

/** PART: out of channels, and why. */
export const part: CommandHandler = async (parts, actor, command) =>
  forEachTarget(required(command, 0), (name) => partOne(parts, actor, name, command.params[1]));

export const partOne = async (
  parts: IrcParts,
  actor: IrcActor,
  name: string,
  reason: string | undefined,
): Promise<void> => {
  const channel = requireJoined(actor, name);
  const why = reason === undefined || reason === "" ? {} : { reason: bounded(reason) };
  await send(parts, actor, { type: "LeaveChannel", channelId: channel.id, ...why }, [name]);
};

const leaveAll: (parts: IrcParts, actor: IrcActor) => ReturnType<CommandHandler> = async (parts, actor) => {
  const { state } = actor.replica;
  const mine = [...state.channels.values()].filter(
    ({ kind, members }) => kind !== "direct" && members.has(actor.caller.account.id),
  );
  for (const channel of mine) await partOne(parts, actor, channelName(channel), undefined);
  return replies();
};

/** A reason to leave, kick or quit is a line. */
const MAX_REASON = 300;

export const bounded = (reason: string): string =>
  reason
    .replaceAll(/[\r\n\0]+/g, " ")
    .slice(0, MAX_REASON)
    .toWellFormed();

/** TOPIC: what a channel is about, or what it shall be about. */
export const topic: CommandHandler = async (parts, actor, command) => {
  const name = required(command, 0);
  const text = command.params[1];
  if (text !== undefined) {
    await setTopic(parts, actor, name, text);
    return replies();
  }
  const channel = requireListed(actor, name);
  const { state } = actor.replica;
  if (channel.about) await parts.names.ensure(state, [channel.about.setBy]);
  return replies(...topicReplies(parts.settings.serverName, { state, channel, names: parts.names }));
};

export const setTopic = async (
  parts: IrcParts,
  actor: IrcActor,
  name: string,
  text: string,
): Promise<void> => {
  const channel = requireJoined(actor, name);
  await send(parts, actor, { type: "SetChannelTopic", channelId: channel.id, topic: text }, [name]);
};

/** NAMES: who is in a channel. */
export const names: CommandHandler = async (parts, actor, command) => {
  const list = command.params[0];
  if (list === undefined) return replies(reply("366", ["*"], "End of the list of names"));
  return forEachTarget(list, async (name) => {
    const { state } = actor.replica;
    const channel = findChannel(state, name);
    if (!channel || !isListedFor(state, actor.caller.account.id, channel.id))
      return replies(reply("366", [name], "End of the list of names"));
    const view = { state, channel, names: parts.names };
    await parts.names.ensure(state, membersOf(view));
    return replies(...nameReplies(view));
  });
};

/** LIST: the channels that there are. */
export const list: CommandHandler = async (_, { caller, replica }, { params }) => {
  const wanted = params[0] === undefined || params[0] === "" ? undefined : params[0].split(",");
  const only = wanted && new Set(wanted.map(nativeName));
  const shown = [...replica.state.channels.values()].filter(
    (channel) =>
      channel.kind !== "direct" &&
      (!only || only.has(channel.name)) &&
      isListedFor(replica.state, caller.account.id, channel.id),
  );
  const lines: ReadonlyArray<Reply> = shown.map((channel) =>
    reply("322", [channelName(channel), String(channel.members.size)], oneLine(channel.about?.text ?? "")),
  );
  return replies(reply("321", ["Channel"], "Users  Name"), ...lines, reply("323", [], "End of the list"));
};

const oneLine = (text: string): string => text.replaceAll(/[\r\n]+/g, " ");

/** KICK: somebody else out of a channel. */
export const kick: CommandHandler = async (parts, actor, command) => {
  const channel = requireJoined(actor, required(command, 0));
  const name = channelName(channel);
  const reason = command.params[2];
  const why = reason === undefined || reason === "" ? {} : { reason: bounded(reason) };
  return forEachTarget(required(command, 1), async (nick) => {
    const userId = await requireNick(parts, actor, nick);
    if (!channel.members.has(userId)) throw refuse.notThere(nick, name);
    const kicks = { type: "RemoveChannelMember", channelId: channel.id, userId, ...why } as const;
    await send(parts, actor, kicks, [name]);
  });
};

/** INVITE: somebody else into a channel; into a private one they come at once. */
export const invite: CommandHandler = async (parts, actor, command) => {
  const nick = required(command, 0);
  const channel = requireJoined(actor, required(command, 1));
  const name = channelName(channel);
  const userId = await requireNick(parts, actor, nick);
  if (channel.members.has(userId)) throw refuse.onChannel(nick, name);
  const type = channel.kind === "private" ? "AddChannelMember" : "InviteToChannel";
  await send(parts, actor, { type, channelId: channel.id, userId }, [name]);
  const away = (await parts.store.session(userId))?.away;
  return replies(reply("341", [nick, name]), ...(away === undefined ? [] : [reply("301", [nick], away)]));
};
