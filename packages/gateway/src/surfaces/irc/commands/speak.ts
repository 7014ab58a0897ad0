import { newId } from "@clickclack/protocol/Ids";
import { conversationId } from "@clickclack/workspace/direct/conversationId";
import { isMetaTooLong, type MessageMeta } from "@clickclack/workspace/message/messageMeta";
import { mentionedIn } from "../../../mentionedIn.ts";
import { eventOf } from "../../../Writes.ts";
import type { IrcActor, IrcParts } from "../IrcParts.ts";
import { isChannelName } from "../../../rooms/channelName.ts";
import { uuidOf } from "../model/messageIds.ts";
import { reply } from "../model/numerics.ts";
import { IrcRefusal, refuse } from "../refusals.ts";
import { type CommandHandler, type CommandResult, forEachTarget, replies } from "./IrcCommand.ts";
import { requireChannel, requireNick, send } from "./targets.ts";

/** How IRC's clients wrap what somebody does rather than says. */
const ACTION = "\u0001ACTION ";

/** What somebody does; undefined where it is said. */
const actionOf = (text: string): string | undefined =>
  text.startsWith(ACTION) ? text.slice(ACTION.length).replace(/\p{Control}$/u, "") : undefined;

/** PRIVMSG and NOTICE. */
export const speak: CommandHandler = async (
  parts,
  actor,
  { command, params: [targets = "", text = ""], meta },
) => {
  if (targets === "") throw refuse.noRecipient();
  requireText(parts, text);
  if (meta && isMetaTooLong(meta)) throw refuse.metaTooLong();
  return forEachTarget(targets, (target) =>
    speakTo(parts, actor, { command, target, text, ...(meta && { meta }) }),
  );
};

const requireText = ({ settings }: IrcParts, text: string): void => {
  if (text.replaceAll(/[\s\0]/g, "") === "") throw refuse.noText();
  if (Array.from(text).length > settings.maxMessageSize) throw refuse.tooLong(settings.maxMessageSize);
};

interface Speech {
  readonly command: string;
  readonly target: string;
  readonly text: string;
  readonly meta?: MessageMeta;
}

const speakTo = async (parts: IrcParts, actor: IrcActor, speech: Speech): Promise<CommandResult> => {
  const { target } = speech;
  if (isChannelName(target)) {
    const channel = requireChannel(actor, target);
    if (!channel.members.has(actor.caller.account.id))
      throw refuse.cannotSend(target, "you are not in that channel");
    return post(parts, actor, channel.id, speech);
  }
  const peer = await requireNick(parts, actor, target);
  const result = await post(parts, actor, await openConversation(parts, actor, peer, target), speech);
  const away = (await parts.store.session(peer))?.away;
  return away === undefined || speech.command === "NOTICE"
    ? result
    : { ...result, ...replies(reply("301", [target], away)) };
};

/** The conversation with somebody, opened if need be. */
const openConversation = async (
  parts: IrcParts,
  actor: IrcActor,
  peer: string,
  nick: string,
): Promise<string> => {
  const memberIds = [...new Set([actor.caller.account.id, peer])];
  const channelId = conversationId(actor.replica.id, memberIds);
  if (!actor.replica.state.channels.has(channelId))
    await send(parts, actor, { type: "OpenConversation", channelId, memberIds }, [nick]);
  return channelId;
};

const post = async (
  parts: IrcParts,
  actor: IrcActor,
  channelId: string,
  { command, target, text, meta }: Speech,
): Promise<CommandResult> => {
  const action = actionOf(text);
  const body = (action ?? text).replaceAll("\0", "");
  const kind = command === "NOTICE" ? "notice" : action === undefined ? undefined : "action";
  const mentioned = await mentionedIn(parts.context.services.reservations, body);
  await actor.turn?.ready;
  const sending = send(
    parts,
    actor,
    {
      type: "PostMessage",
      channelId,
      messageId: newId("msg"),
      body,
      ...(kind && { kind }),
      ...(meta && { meta }),
      ...mentioned,
    },
    [target],
  );
  actor.turn?.handedOver();
  const outcome = await sending.catch((error: unknown) => {
    // Whoever may not speak in a channel cannot send to it, for whatever reason.
    const mute = error instanceof IrcRefusal && error.code === "forbidden" && isChannelName(target);
    throw mute ? refuse.cannotSend(target, error.message) : error;
  });
  const { event } = eventOf(outcome, "message.created")!;
  const { message_id: id } = event.payload;
  parts.context.directory.rememberMessage(id, { workspaceId: actor.replica.id, channelId, rootId: id });
  return { replies: [], said: { id: uuidOf(id), ts: event.at } };
};
