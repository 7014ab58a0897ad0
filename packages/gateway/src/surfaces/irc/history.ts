import { withDatabase } from "@clickclack/database/Database";
import { conversationId } from "@clickclack/workspace/direct/conversationId";
import type { MessageMeta } from "@clickclack/workspace/message/messageMeta";
import {
  findMessageRows,
  listMessages,
  type MessageRow,
  type Window,
} from "@clickclack/workspace/projections/messageQueries";
import { seqAt } from "@clickclack/workspace/projections/seqAt";
import type { ChannelState } from "@clickclack/workspace/WorkspaceState";
import { requireChannel, requireNick } from "./commands/targets.ts";
import type { IrcActor, IrcParts } from "./IrcParts.ts";
import { isChannelName } from "../../rooms/channelName.ts";
import type { IrcMessage } from "./model/IrcMessage.ts";
import { messageIdsOf, uuidOf } from "./model/messageIds.ts";
import { addressOf, linesOfBody } from "./model/translate.ts";
import { refuse } from "./refusals.ts";

/** Which part of a history: before or after a message or a time, or its newest end. */
export interface HistoryRange {
  /** A message's UUID, or an RFC 3339 time, as all of these. */
  readonly before?: string;
  readonly after?: string;
  /** With `after`: only what was said before. */
  readonly until?: string;
  /** Without `before` and `after`: of the newest, only what was said after. */
  readonly since?: string;
  readonly limit: number;
}

/** What was said in a channel that the actor is in, or between it and somebody; the oldest first. */
export const readHistory = async (
  parts: IrcParts,
  actor: IrcActor,
  target: string,
  range: HistoryRange,
): Promise<ReadonlyArray<IrcMessage>> => {
  const channel = await historyPlace(parts, actor, target);
  // Nothing was said yet between those who have no conversation.
  if (!channel) return [];
  const { context, settings } = parts;
  const { reads, services, users } = context;
  await reads.projectedUpTo(actor.replica.id, actor.replica.seq);
  const until =
    range.until === undefined ? Number.POSITIVE_INFINITY : await seqOf(parts, channel, range.until);
  const since = range.since === undefined ? 0 : await seqOf(parts, channel, range.since);
  const oldest = Math.max(since, channel.lastSeq - settings.maxHistory);
  const window = await windowOf(parts, channel, range);
  const { messages } = await withDatabase(() =>
    listMessages(services.db, channel.id, actor.caller.account.id, { window, limit: range.limit, users }),
  );
  const rows = await withDatabase(() =>
    findMessageRows(
      services.db,
      messages.map(({ id }) => id),
    ),
  );
  const isWanted = (seq: number) => seq > oldest && seq < until;
  const kept = rows.filter((row) => isWanted(row.channel_seq ?? 0) && !row.deleted_at);
  const { state } = actor.replica;
  await parts.names.ensure(state, [...kept.map((row) => row.author_id), ...channel.members]);
  return kept.map((row) => {
    const nick = (userId: string) => parts.names.nickOf(state, userId, row.version);
    const meta = { ...metaOf(row), ...(row.kind === "action" && { action: true }) };
    return {
      id: uuidOf(row.id),
      ts: row.created_at.toISOString(),
      command: row.kind === "notice" ? "NOTICE" : "PRIVMSG",
      from: nick(row.author_id),
      to: addressOf(channel, row.author_id, nick),
      params: [],
      body: linesOfBody(row.body),
      ...(Object.keys(meta).length > 0 && { meta }),
    };
  });
};

const metaOf = ({ meta }: MessageRow): MessageMeta =>
  meta === null ? {} : (JSON.parse(meta) as MessageMeta);

/** The channel, or the conversation of exactly these two; nobody else's is ever found. */
const historyPlace = async (
  parts: IrcParts,
  actor: IrcActor,
  target: string,
): Promise<ChannelState | undefined> => {
  const { state } = actor.replica;
  const own = actor.caller.account.id;
  if (isChannelName(target)) {
    const channel = requireChannel(actor, target);
    if (!channel.members.has(own)) throw refuse.notOnChannel(target);
    return channel;
  }
  const peer = await requireNick(parts, actor, target);
  const id = conversationId(actor.replica.id, [...new Set([own, peer])]);
  const channel = state.channels.get(id);
  return channel?.members.has(own) ? channel : undefined;
};

const windowOf = async (
  parts: IrcParts,
  channel: ChannelState,
  { before, after }: HistoryRange,
): Promise<Window> => {
  if (before !== undefined) return { _tag: "Before", seq: await seqOf(parts, channel, before) };
  if (after !== undefined) return { _tag: "After", seq: await seqOf(parts, channel, after) };
  return { _tag: "Latest" };
};

const TIME = /^\d{4}-\d\d-\d\dT/;

/** The number of a message of this place that is named by its UUID, or of the last one before a time. */
const seqOf = async (parts: IrcParts, channel: ChannelState, uuid: string): Promise<number> => {
  if (TIME.test(uuid)) return withDatabase(() => seqAt(parts.context.services.db, channel.id, uuid));
  const candidates = messageIdsOf(uuid);
  const rows = await withDatabase(() => findMessageRows(parts.context.services.db, candidates));
  const found = rows.find((row) => row.channel_id === channel.id && row.channel_seq !== null);
  if (!found) throw refuse.badRequest("before must be the id of a message of this history");
  return found.channel_seq!;
};
