import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import type { WorkspaceState } from "@clickclack/workspace/WorkspaceState";
import { createHash } from "node:crypto";
import { isShownTo } from "../../../replica/isShownTo.ts";
import { isFor, type Reader } from "./audience.ts";
import { nameReplies, topicReplies } from "./channelReplies.ts";
import type { IrcMessage } from "./IrcMessage.ts";
import type { Names } from "../../../rooms/Names.ts";
import { replyMessage } from "./numerics.ts";
import type { Translated } from "./translate.ts";

export interface ReceiveView {
  readonly state: WorkspaceState;
  readonly names: Names;
  readonly serverName: string;
}

/** What a reader is shown of an event, in order; its own joining and leaving moves it. */
export const receive = (
  reader: Reader,
  event: WorkspaceEvent,
  { message, audience, membership }: Translated,
  view: ReceiveView,
): ReadonlyArray<IrcMessage> => {
  const own = membership?.userId === reader.userId;
  if (own && membership.joins) reader.joined.add(membership.channelId);
  const mine = "user_id" in event.payload && event.payload.user_id === reader.userId;
  const viewer = { userId: reader.userId, conversations: true };
  const shown = isFor(audience, reader) && (mine || isShownTo(view.state, viewer, event));
  if (own && !membership.joins) reader.joined.delete(membership.channelId);
  if (event.type === "member.removed" && mine) reader.joined.clear();
  if (!shown) return [];
  return own && membership.joins
    ? [message, ...welcome(reader, membership.channelId, event, view)]
    : [message];
};

/** What a client is told of a channel that it has joined: its topic and who is there. */
const welcome = (
  { userId }: Reader,
  channelId: string,
  event: WorkspaceEvent,
  { state, names, serverName }: ReceiveView,
): ReadonlyArray<IrcMessage> => {
  const channel = state.channels.get(channelId);
  if (!channel) return [];
  const view = { state, channel, names };
  const [topic] = topicReplies(serverName, view);
  const nick = names.nickOf(state, userId);
  return [topic!, ...nameReplies(view)].map((one, n) => ({
    ...replyMessage(serverName, nick, one),
    id: derivedId(event.id, n),
    ts: event.at,
  }));
};

/** A UUID that follows from an event's id: told again, the same message has the same one. */
const derivedId = (eventId: string, n: number): string => {
  const hex = createHash("sha256").update(`${eventId} ${n}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
