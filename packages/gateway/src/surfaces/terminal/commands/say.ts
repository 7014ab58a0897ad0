import { newId } from "@clickclack/protocol/Ids";
import { MAX_TERMINAL_TEXT } from "@clickclack/protocol/terminal/TerminalFrames";
import { conversationId } from "@clickclack/workspace/direct/conversationId";
import { isActiveMember } from "@clickclack/workspace/access";
import { mentionedIn } from "../../../mentionedIn.ts";
import { foldName } from "../../../rooms/nick.ts";
import { eventOf } from "../../../Writes.ts";
import type { Answers, CommandHandler, Typist } from "../runInput.ts";
import { TerminalRefusal } from "../TerminalRefusal.ts";

const requireText = (text: string): void => {
  if (text.replace(/\p{Default_Ignorable_Code_Point}/gu, "").trim() === "")
    throw new TerminalRefusal("empty", "there is nothing to say; type some text");
  if (text.length > MAX_TERMINAL_TEXT && Array.from(text).length > MAX_TERMINAL_TEXT)
    throw new TerminalRefusal("too_long", `a message has at most ${MAX_TERMINAL_TEXT} characters`);
};

/** What is said in the current room. */
export const say = (typist: Typist, text: string): Promise<Answers> => {
  requireText(text);
  return post(typist, currentRoom(typist), { body: text });
};

/** `/me waves` */
export const me: CommandHandler = async (typist, text) => {
  requireText(text);
  return post(typist, currentRoom(typist), { body: text, kind: "action" });
};

/** `/msg bob hello` */
export const msg: CommandHandler = async (typist, args) => {
  const [, name = "", text = ""] = /^(\S*)\s*(.*)$/su.exec(args) ?? [];
  if (name === "" || text === "") throw new TerminalRefusal("bad_arguments", "write /msg <user> <text>");
  requireText(text);
  const peer = await requireUser(typist, name);
  const { session, parts } = typist;
  const memberIds = [...new Set([session.userId, peer])];
  const channelId = conversationId(session.replica.id, memberIds);
  if (!session.replica.state.channels.has(channelId))
    await typist.send({ type: "OpenConversation", channelId, memberIds });
  const answers = await post(typist, channelId, { body: text });
  if (parts.hub.roster.isOnline(peer)) return answers;
  return [...answers, { type: "notice", text: `${name.replace(/^@/, "")} is not connected right now` }];
};

const currentRoom = ({ session }: Typist): string => {
  if (session.room === "") throw new TerminalRefusal("not_in_room", "you are in no room; /join one first");
  return session.room;
};

/** A member by its name. Throws no_such_user. */
export const requireUser = async ({ session, parts }: Typist, name: string): Promise<string> => {
  const key = foldName(name.replace(/^@/, ""));
  const id = (await parts.context.services.reservations.find("handle", key))?.holder;
  if (id !== undefined && isActiveMember(session.replica.state, id)) return id;
  throw new TerminalRefusal("no_such_user", `there is nobody called ${name}; /who lists who is connected`);
};

const post = async (
  typist: Typist,
  channelId: string,
  { body, kind }: { readonly body: string; readonly kind?: "action" },
): Promise<Answers> => {
  const { parts, session } = typist;
  const { context, turns, settings, names } = parts;
  turns.take(session.userId, "message");
  const outcome = await typist.send({
    type: "PostMessage",
    channelId,
    messageId: newId("msg"),
    body,
    ...(kind && { kind }),
    ...(await mentionedIn(context.services.reservations, body)),
  });
  const created = eventOf(outcome, "message.created");
  if (!created || outcome.replayed) return [];
  const { message_id: id } = created.event.payload;
  context.directory.rememberMessage(id, { workspaceId: session.replica.id, channelId, rootId: id });
  const channel = session.replica.state.channels.get(channelId);
  const direct = channel?.kind === "direct";
  context.services.log.info(
    {
      username: names.nickOf(session.replica.state, session.userId),
      ...(direct ? { private: true } : { room: channel?.name }),
      message_id: id,
      characters: body.length,
      // What is said to one person alone is nobody else's, whatever is logged.
      ...(settings.logMessages && !direct && { text: body }),
    },
    "terminal message",
  );
  return [];
};
