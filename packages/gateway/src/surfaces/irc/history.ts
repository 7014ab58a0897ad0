import { canSeeChannel } from "@clickclack/workspace/access";
import { type Db, withDatabase } from "@clickclack/database/Database";
import { conversationId } from "@clickclack/workspace/direct/conversationId";
import type { MessageMeta } from "@clickclack/workspace/message/messageMeta";
import { findMessageRows, type MessageRow } from "@clickclack/workspace/projections/messageQueries";
import {
  lastSaidIn,
  saidIn,
  type Stretch,
  versionAt,
  versionOfNewest,
} from "@clickclack/workspace/projections/saidIn";
import type { ChannelState } from "@clickclack/workspace/WorkspaceState";
import { requireChannel, requireNick } from "./commands/targets.ts";
import type { IrcActor, IrcParts } from "./IrcParts.ts";
import { isChannelName } from "../../rooms/channelName.ts";
import { aboutMessage } from "./model/aboutMessage.ts";
import type { IrcMessage } from "./model/IrcMessage.ts";
import { messageIdsOf, uuidOf } from "./model/messageIds.ts";
import { addressOf, linesOfBody } from "./model/translate.ts";
import { refuse } from "./refusals.ts";

/** Which part of a history: before, after or around a message or a time, or its newest end. */
export interface HistoryRange {
  /** A message's UUID, or an RFC 3339 time, as all of these. */
  readonly before?: string;
  readonly after?: string;
  readonly around?: string;
  /** With `after`: only what was said before; the first of these two may be the later one. */
  readonly until?: string;
  /** Without any of these: of the newest, only what was said after. */
  readonly since?: string;
  readonly limit: number;
}

/** What was said in a channel that the actor is in, replies included, or between it and somebody; the oldest first. */
export const readHistory = async (
  parts: IrcParts,
  actor: IrcActor,
  target: string,
  range: HistoryRange,
): Promise<ReadonlyArray<IrcMessage>> => {
  const channel = await historyPlace(parts, actor, target);
  // Nothing was said yet between those who have no conversation.
  if (!channel) return [];
  const { reads } = parts.context;
  await reads.projectedUpTo(actor.replica.id, actor.replica.seq);
  const rows = await rowsOf(parts, channel, range);
  const { state } = actor.replica;
  await parts.names.ensure(state, [...rows.map((row) => row.author_id), ...channel.members]);
  return rows.map((row) => shownRow(parts, actor, channel, row));
};

const shownRow = (
  { names }: IrcParts,
  { replica: { state } }: IrcActor,
  channel: ChannelState,
  row: MessageRow,
): IrcMessage => {
  const nick = (userId: string) => names.nickOf(state, userId, row.version);
  const isReply = row.root_id !== row.id;
  return {
    id: uuidOf(row.id),
    ts: row.created_at.toISOString(),
    command: row.kind === "notice" ? "NOTICE" : "PRIVMSG",
    from: nick(row.author_id),
    to: addressOf(channel, row.author_id, nick),
    params: [],
    body: linesOfBody(row.body),
    ...aboutMessage({
      meta: metaOf(row),
      action: row.kind === "action",
      ...(isReply && { rootId: row.root_id }),
    }),
  };
};

const rowsOf = async (
  { context, settings }: IrcParts,
  channel: ChannelState,
  range: HistoryRange,
): Promise<ReadonlyArray<MessageRow>> => {
  const { db } = context.services;
  const { id, lastSeq } = channel;
  const read = (stretch: Stretch) => withDatabase(() => saidIn(db, id, stretch));
  const version = (reference: string) => versionOf(db, id, reference);
  const kept = await withDatabase(() => versionOfNewest(db, id, { lastSeq, count: settings.maxHistory }));
  const { limit, around, until } = range;
  if (around !== undefined) {
    const middle = await version(around);
    const newer = Math.ceil(limit / 2);
    const half = { after: kept, before: middle, from: "newest", limit: limit - newer } as const;
    const before = limit > newer ? await read(half) : [];
    return [...before, ...(await read({ after: Math.max(kept, middle - 1), from: "oldest", limit: newer }))];
  }
  if (range.before !== undefined)
    return read({ after: kept, before: await version(range.before), from: "newest", limit });
  if (range.after === undefined) {
    const since = range.since === undefined ? 0 : await version(range.since);
    return read({ after: Math.max(kept, since), from: "newest", limit });
  }
  const first = await version(range.after);
  if (until === undefined) return read({ after: Math.max(kept, first), from: "oldest", limit });
  const last = await version(until);
  const [after, before] = first <= last ? [first, last] : [last, first];
  return read({ after: Math.max(kept, after), before, from: first <= last ? "oldest" : "newest", limit });
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

const TIME = /^\d{4}-\d\d-\d\dT/;

/** The version that told of a message of this place that is named by its UUID, or of the last one before a time. */
const versionOf = async (db: Db, channelId: string, reference: string): Promise<number> => {
  if (TIME.test(reference)) return withDatabase(() => versionAt(db, channelId, reference));
  const candidates = messageIdsOf(reference);
  const rows = await withDatabase(() => findMessageRows(db, candidates));
  const found = rows.find((row) => row.channel_id === channelId);
  if (!found) throw refuse.badRequest("before must be the id of a message of this history");
  return found.version;
};

/** A channel or conversation that has something in a history, and when it was said last. */
export interface HistoryTarget {
  readonly name: string;
  readonly at: Date;
}

/** Where the actor may read back, and something was said last between two times; the oldest first. */
export const historyTargets = async (
  parts: IrcParts,
  { caller, replica }: IrcActor,
  { after, before, limit }: { readonly after: number; readonly before: number; readonly limit: number },
): Promise<ReadonlyArray<HistoryTarget>> => {
  const { context, names } = parts;
  const { state } = replica;
  const own = caller.account.id;
  const mine = [...state.channels.values()].filter(
    ({ id, kind, members }) =>
      canSeeChannel(state, own, id) && members.has(own) && (kind !== "direct" || members.size <= 2),
  );
  await context.reads.projectedUpTo(replica.id, replica.seq);
  const said = await withDatabase(() =>
    lastSaidIn(
      context.services.db,
      mine.map(({ id }) => id),
    ),
  );
  const wanted = said
    .filter(({ at }) => at.getTime() > after && at.getTime() < before)
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
    .slice(0, limit);
  const places = wanted.map(({ channelId, at }) => ({ channel: state.channels.get(channelId)!, at }));
  await names.ensure(
    state,
    places.flatMap(({ channel }) => (channel.kind === "direct" ? [...channel.members] : [])),
  );
  return places.map(({ channel, at }) => ({
    name: addressOf(channel, own, (id) => names.nickOf(state, id)),
    at,
  }));
};
