import { isListedFor, isActiveMember } from "@clickclack/workspace/access";
import type { ChannelState } from "@clickclack/workspace/WorkspaceState";
import type { IrcActor, IrcParts } from "../IrcParts.ts";
import { channelName, findChannel, isChannelName } from "../../../rooms/channelName.ts";
import { memberMode, membersOf, PREFIXES } from "../model/channelReplies.ts";
import { foldName, userOf } from "../../../rooms/nick.ts";
import { type Reply, reply } from "../model/numerics.ts";
import type { SessionRecord } from "../sessions/records.ts";
import { IrcRefusal, refuse } from "../refusals.ts";
import { bounded } from "./channels.ts";
import { type CommandHandler, replies, required } from "./IrcCommand.ts";
import { nickOf, requireNick } from "./targets.ts";

/** NICK: another name for oneself. */
export const nick: CommandHandler = async (
  parts,
  { caller, replica, correlationId },
  { params: [wanted = ""] },
) => {
  if (wanted === "") throw refuse.noNick();
  await parts.sessions.rename(caller, replica, wanted, correlationId);
  return replies();
};

/** AWAY: with a reason, or back again without one. */
export const away: CommandHandler = async (parts, { caller }, { params: [reason = ""] }) => {
  await parts.store.changeSession(caller.account.id, (session) => withAway(session, reason));
  return replies(
    reason === ""
      ? reply("305", [], "You are no longer marked as being away")
      : reply("306", [], "You have been marked as being away"),
  );
};

const withAway = (session: SessionRecord, reason: string): SessionRecord => {
  if (reason !== "") return { ...session, away: bounded(reason) };
  const { away: _, ...here } = session;
  return here;
};

/** WHO: of a channel, or of one nick. */
export const who: CommandHandler = async (parts, actor, { params: [mask = "*"] }) => {
  const { state } = actor.replica;
  const end = reply("315", [mask], "End of the list");
  if (!isChannelName(mask)) {
    const id = await parts.sessions.holderOf(mask);
    if (id === undefined || !isActiveMember(state, id)) return replies(end);
    return replies(await whoReply(parts, actor, id, undefined), end);
  }
  const channel = findChannel(state, mask);
  if (!channel || !isListedFor(state, actor.caller.account.id, channel.id)) return replies(end);
  const members = membersOf({ state, channel, names: parts.names });
  await parts.names.ensure(state, members);
  return replies(...(await Promise.all(members.map((id) => whoReply(parts, actor, id, channel)))), end);
};

const whoReply = async (
  parts: IrcParts,
  { replica }: IrcActor,
  id: string,
  channel: ChannelState | undefined,
): Promise<Reply> => {
  const { serverName } = parts.settings;
  const shown = await nickOf(parts, replica, id);
  const away = (await parts.store.session(id))?.away !== undefined;
  const mode = channel ? PREFIXES[memberMode(replica.state, channel, id)] : "";
  const flags = `${away ? "G" : "H"}${mode}`;
  const where = channel ? channelName(channel) : "*";
  return reply("352", [where, userOf(shown), serverName, serverName, shown, flags], `0 ${shown}`);
};

/** WHOIS: what others may know of somebody. */
export const whois: CommandHandler = async (parts, actor, command) => {
  const wanted = command.params[1] ?? command.params[0];
  if (wanted === undefined || wanted === "") throw refuse.noNick();
  const { state } = actor.replica;
  const { serverName } = parts.settings;
  const id = await requireNick(parts, actor, wanted);
  const shown = await nickOf(parts, actor.replica, id);
  const account = await parts.context.services.directory.find(id);
  const session = await parts.store.session(id);
  const shared = [...state.channels.values()].filter(
    (channel) =>
      channel.kind !== "direct" &&
      channel.members.has(id) &&
      isListedFor(state, actor.caller.account.id, channel.id),
  );
  const channels = shared.map((channel) => PREFIXES[memberMode(state, channel, id)] + channelName(channel));
  return replies(
    reply("311", [shown, userOf(shown), serverName, "*"], account?.displayName ?? shown),
    ...(channels.length > 0 ? [reply("319", [shown], channels.join(" "))] : []),
    reply("312", [shown, serverName], "ClickClack"),
    ...(session?.away === undefined ? [] : [reply("301", [shown], session.away)]),
    ...(session?.password || !session
      ? [reply("330", [shown, account?.handle ?? shown], "is logged in as")]
      : []),
    reply("318", [shown], "End of what is known"),
  );
};

/** WHOWAS: who is gone is not told of. */
export const whowas: CommandHandler = async (_, __, command) => {
  const wanted = required(command, 0);
  return replies(reply("406", [wanted], "there was no such nick"), reply("369", [wanted], "End of it"));
};

/** ISON and USERHOST: which of these are here. */
export const ison: CommandHandler = async (parts, actor, { command, params }) => {
  const wanted = params
    .flatMap((one) => one.split(" "))
    .filter(Boolean)
    .slice(0, 20);
  if (wanted.length === 0) throw refuse.missing(command);
  const here: Array<string> = [];
  for (const one of wanted) {
    const id = await requireNick(parts, actor, one).catch(noneFor);
    if (id !== undefined) here.push(await nickOf(parts, actor.replica, id));
  }
  if (command === "ISON") return replies(reply("303", [], here.join(" ")));
  const { serverName } = parts.settings;
  return replies(reply("302", [], here.map((one) => `${one}=+${userOf(one)}@${serverName}`).join(" ")));
};

const noneFor = (error: unknown): undefined => {
  if (!(error instanceof IrcRefusal)) throw error;
};

/** Whether two names are the same nick. */
export const sameNick = (a: string, b: string): boolean => foldName(a) === foldName(b);
