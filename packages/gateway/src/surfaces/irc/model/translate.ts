import type { WorkspaceEvent, WorkspaceEventOf } from "@clickclack/protocol/events/WorkspaceEvents";
import type { ChannelState, WorkspaceState } from "@clickclack/workspace/WorkspaceState";
import type { Audience } from "./audience.ts";
import { channelName } from "../../../rooms/channelName.ts";
import type { IrcMessage } from "./IrcMessage.ts";
import { aboutMessage } from "./aboutMessage.ts";
import { uuidOf } from "./messageIds.ts";
import type { Names } from "../../../rooms/Names.ts";

/** An event of the log as this surface tells it, and to whom. */
export interface Translated {
  readonly message: IrcMessage;
  readonly audience: Audience;
  /** Who joins or leaves which channel by it. */
  readonly membership?: { readonly userId: string; readonly channelId: string; readonly joins: boolean };
}

/** The lines of a text; there is always one. */
export const linesOfBody = (body: string): ReadonlyArray<string> => body.split(/\r\n|\r|\n/);

/** Events in memory are translated once, for all who read them. */
const translated = new WeakMap<WorkspaceEvent, { readonly to: Translated | undefined }>();

/**
 * An event as this surface tells it; undefined for what it does not show. Everybody's name that it needs must be known
 * by then: see {@link usersIn}.
 */
export const translate = (
  state: WorkspaceState,
  event: WorkspaceEvent,
  names: Names,
): Translated | undefined => {
  const known = translated.get(event);
  if (known) return known.to;
  const to = translateNow(state, event, names);
  translated.set(event, { to });
  return to;
};

const translateNow = (state: WorkspaceState, event: WorkspaceEvent, names: Names): Translated | undefined => {
  const nick = (userId: string) => names.nickOf(state, userId, event.version);
  const base = { id: uuidOf(event.id), ts: event.at, from: nick(event.actor.user_id) };
  switch (event.type) {
    case "message.created":
    case "thread.reply_created":
      return said(state, event, nick);
    case "member.nick_changed": {
      const { user_id: userId, nick: now, previous } = event.payload;
      const message = { ...base, command: "NICK", from: previous, params: [now], body: [now] };
      return { message, audience: { _tag: "Shared", userId, ids: channelsOf(state, userId), self: true } };
    }
    case "member.removed": {
      const { user_id: userId, channel_ids: ids = [], reason = "" } = event.payload;
      const message = { ...base, command: "QUIT", from: nick(userId), params: [], body: [reason] };
      return { message, audience: { _tag: "Shared", userId, ids, self: false } };
    }
    default:
      return inChannel(state, event, { base, nick });
  }
};

const channelsOf = (state: WorkspaceState, userId: string): ReadonlyArray<string> =>
  [...state.channels.values()]
    .filter(({ kind, members }) => kind !== "direct" && members.has(userId))
    .map(({ id }) => id);

interface Telling {
  readonly base: Pick<IrcMessage, "id" | "ts" | "from">;
  readonly nick: (userId: string) => string;
}

/** What happens in a channel besides what is said there. */
const inChannel = (
  state: WorkspaceState,
  event: WorkspaceEvent,
  { base, nick }: Telling,
): Translated | undefined => {
  const channel = event.channel_id === undefined ? undefined : state.channels.get(event.channel_id);
  if (!channel || channel.kind === "direct") return undefined;
  const to = channelName(channel);
  const all: Audience = { _tag: "Channel", id: channel.id };
  switch (event.type) {
    case "channel.member_added": {
      const { user_id: userId } = event.payload;
      const message = { ...base, command: "JOIN", from: nick(userId), to, params: [to], body: [] };
      return { message, audience: all, membership: { userId, channelId: channel.id, joins: true } };
    }
    case "channel.member_removed": {
      const { user_id: userId, reason } = event.payload;
      const body = reason === undefined ? [] : [reason];
      const own = event.actor.user_id === userId;
      const leaves = own
        ? { command: "PART", from: nick(userId), params: [to] }
        : { command: "KICK", params: [to, nick(userId)] };
      const message = { ...base, ...leaves, to, body };
      return { message, audience: all, membership: { userId, channelId: channel.id, joins: false } };
    }
    case "channel.topic_changed":
      return {
        message: { ...base, command: "TOPIC", to, params: [to], body: [event.payload.topic] },
        audience: all,
      };
    case "channel.modes_changed":
      return {
        message: { ...base, command: "MODE", to, params: [to, ...modeWords(event, nick)], body: [] },
        audience: all,
      };
    case "channel.invited": {
      const { user_id: userId } = event.payload;
      const guest = nick(userId);
      const message = { ...base, command: "INVITE", to: guest, params: [guest, to], body: [] };
      return { message, audience: { _tag: "Users", ids: new Set([userId]) } };
    }
    default:
      return undefined;
  }
};

/** Mode changes as IRC writes them: the letters, and then what they are about. */
const modeWords = (
  { payload }: WorkspaceEventOf<"channel.modes_changed">,
  nick: (userId: string) => string,
): ReadonlyArray<string> => {
  let letters = "";
  let sign = "";
  const values: Array<string> = [];
  for (const { mode, argument } of payload.changes) {
    if (mode.charAt(0) !== sign) letters += sign = mode.charAt(0);
    letters += mode.charAt(1);
    if (/[ov]$/.test(mode)) values.push(nick(argument ?? ""));
    else if (mode.endsWith("k")) values.push("*");
    else if (argument !== undefined && mode !== "-l") values.push(argument);
  }
  return [letters, ...values];
};

type Said = WorkspaceEventOf<"message.created"> | WorkspaceEventOf<"thread.reply_created">;

const said = (
  state: WorkspaceState,
  event: Said,
  nick: (userId: string) => string,
): Translated | undefined => {
  const { author_id: author, message_id: messageId, body, kind } = event.payload;
  const channel = state.channels.get(event.channel_id ?? "");
  if (!channel) return undefined;
  const message = {
    id: uuidOf(messageId),
    ts: event.at,
    command: kind === "notice" ? "NOTICE" : "PRIVMSG",
    from: nick(author),
    to: addressOf(channel, author, nick),
    params: [],
    body: linesOfBody(body),
    ...aboutMessage({
      meta: event.payload.meta ?? {},
      action: kind === "action",
      ...(event.type === "thread.reply_created" && { rootId: event.payload.root_message_id }),
    }),
  };
  const direct = channel.kind === "direct";
  const audience: Audience = direct
    ? { _tag: "Users", ids: channel.members }
    : { _tag: "Channel", id: channel.id };
  return { message, audience };
};

/** Where something was said: a channel, or the others of a conversation. */
export const addressOf = (
  channel: ChannelState,
  author: string,
  nick: (userId: string) => string,
): string => {
  if (channel.kind !== "direct") return channelName(channel);
  const others = [...channel.members].filter((id) => id !== author);
  return (others.length === 0 ? [author] : others).map(nick).join(",");
};
