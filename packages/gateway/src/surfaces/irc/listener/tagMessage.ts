import { conversationId } from "@clickclack/workspace/direct/conversationId";
import { speakRefusal } from "@clickclack/workspace/channel/ChannelModes";
import { timeoutOf } from "@clickclack/workspace/rules";
import { newId } from "@clickclack/protocol/Ids";
import type { ChannelState } from "@clickclack/workspace/WorkspaceState";
import { type CommandResult, forEachTarget } from "../commands/IrcCommand.ts";
import { nickOf, requireJoined, requireNick } from "../commands/targets.ts";
import type { IrcActor, IrcParts } from "../IrcParts.ts";
import { channelName, isChannelName } from "../../../rooms/channelName.ts";
import { clientTags } from "../model/aboutMessage.ts";
import type { IrcMessage } from "../model/IrcMessage.ts";
import { uuidOf } from "../model/messageIds.ts";
import { refuse } from "../refusals.ts";
import type { IrcLine } from "./parseLine.ts";

/** Tags on their way to the others of a channel or conversation, such as that somebody is typing; kept nowhere. */
export interface TagMessage {
  readonly message: IrcMessage;
  readonly channelId: string;
  /** The connection that it came by. */
  readonly connectionId: string;
}

/** TAGMSG: tags without a text, for those who may be spoken to. */
export const tagMessage = async (
  parts: IrcParts,
  actor: IrcActor,
  { tags, params: [targets = ""] }: Pick<IrcLine, "tags" | "params">,
  send: (told: Omit<TagMessage, "connectionId">) => void,
): Promise<CommandResult> => {
  if (targets === "") throw refuse.noRecipient();
  const told = clientTags(tags);
  return forEachTarget(targets, async (target) => {
    const channel = await placeOf(parts, actor, target);
    if (!channel || Object.keys(told).length === 0) return;
    const from = await nickOf(parts, actor.replica, actor.caller.account.id);
    const to = channel.kind === "direct" ? target : channelName(channel);
    const id = uuidOf(newId("eph"));
    const ts = new Date().toISOString();
    send({
      channelId: channel.id,
      message: { id, ts, command: "TAGMSG", from, to, params: [], body: [], tags: told },
    });
  });
};

/** Where it goes; nowhere between those who have no conversation yet. Throws for who may not speak there. */
const placeOf = async (
  parts: IrcParts,
  actor: IrcActor,
  target: string,
): Promise<ChannelState | undefined> => {
  const { state, id: workspaceId } = actor.replica;
  const own = actor.caller.account.id;
  const member = state.members.get(own);
  if (!member || timeoutOf(member, new Date().toISOString()) !== undefined)
    throw refuse.cannotSend(target, "you may not speak for now");
  if (!isChannelName(target)) {
    const peer = await requireNick(parts, actor, target);
    return state.channels.get(conversationId(workspaceId, [...new Set([own, peer])]));
  }
  const channel = requireJoined(actor, target);
  if (channel.archived || speakRefusal(state, channel, own))
    throw refuse.cannotSend(target, "you may not speak in that channel");
  return channel;
};
