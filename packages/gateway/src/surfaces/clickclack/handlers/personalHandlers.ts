import { withDatabase } from "@clickclack/database/Database";
import type { PersonalState } from "@clickclack/protocol/events/PersonalEvents";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { PersonalGroup } from "@clickclack/protocol/http/PersonalGroup";
import type { ReadReceipt } from "@clickclack/protocol/http/shapes";
import { directConversations, visibleChannels } from "@clickclack/workspace/access";
import { isConversationId } from "@clickclack/workspace/direct/placeOf";
import {
  dropDraft,
  markUnread,
  prefer,
  readUpTo,
  saveDraft,
  standingDraft,
} from "@clickclack/workspace/personal/Personal";
import { listMentions } from "@clickclack/workspace/projections/Mentions";
import { decorate, findMessageRows, lastPostAt } from "@clickclack/workspace/projections/messageQueries";
import { seesConversations } from "../../../authentication/authorize.ts";
import type { Caller } from "../../../authentication/Caller.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import { clamp } from "../../../http/clamp.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { ok } from "../../../http/HttpReply.ts";
import { decodePage, encodePage } from "../pageCursor.ts";

const MAX_MENTIONS = 100;
const DEFAULT_MENTIONS = 50;

const receiptOf = (state: PersonalState): ReadReceipt => ({
  scope_id: state.scope_id,
  user_id: state.user_id,
  last_read_seq: state.last_read_seq,
  ...(state.last_read_at !== undefined && { last_read_at: state.last_read_at }),
});

export const personalHandlers = (context: GatewayContext): Handlers<typeof PersonalGroup> => {
  const { services, reads, directory, personals } = context;

  /** The caller's place in a channel or conversation that it sees, and its newest sequence number. */
  const placeIn = async (scopeId: string, caller: Caller) => {
    const workspaceId = await directory.workspaceOf(scopeId);
    const { state, seq } = await reads.channel(workspaceId, scopeId, caller);
    return { workspaceId, scopeId, seq, lastSeq: state.channels.get(scopeId)!.lastSeq };
  };

  const read = async (scopeId: string, caller: Caller, seq: number, correlationId: string) => {
    const place = await placeIn(scopeId, caller);
    const to = Math.min(seq, place.lastSeq);
    const state = await personals.update(caller, place, correlationId, (it, at) => readUpTo(it, to, at));
    return ok({ receipt: receiptOf(state) });
  };

  return {
    readChannel: async ({ caller, params, payload, request }) => {
      await directory.workspaceOfChannel(params.channel_id);
      return read(params.channel_id, caller, payload.seq, request.correlationId);
    },
    readConversation: async ({ caller, params: { direct_conversation_id: id }, payload, request }) => {
      if (!isConversationId(id)) throw new ApiFailure("not_found", "there is no such conversation");
      return read(id, caller, payload.seq, request.correlationId);
    },
    unreadChannel: async ({ caller, params, payload, request }) => {
      const place = await placeIn(params.channel_id, caller);
      const change = (it: PersonalState, at: string) => markUnread(it, payload.seq, at);
      return ok({ receipt: receiptOf(await personals.update(caller, place, request.correlationId, change)) });
    },

    getNotificationSettings: async ({ caller, params }) => {
      const { preference = "all" } = await personals.read(caller, await placeIn(params.channel_id, caller));
      return ok({ preference });
    },
    setNotificationSettings: async ({ caller, params, payload, request }) => {
      const place = await placeIn(params.channel_id, caller);
      await personals.update(caller, place, request.correlationId, (it) => prefer(it, payload.preference));
      return ok(payload);
    },

    saveDraft: async ({ caller, params, payload, request }) => {
      const place = await placeIn(params.channel_id, caller);
      const change = (it: PersonalState, at: string) => saveDraft(it, payload.body, at);
      const { draft } = await personals.update(caller, place, request.correlationId, change);
      return ok({ draft: draft! });
    },
    getDraft: async ({ caller, params }) => {
      const place = await placeIn(params.channel_id, caller);
      const state = await personals.read(caller, place);
      await reads.projectedUpTo(place.workspaceId, place.seq);
      const postedAt = await withDatabase(() => lastPostAt(services.db, place.scopeId, caller.account.id));
      const draft = standingDraft(state, postedAt);
      if (!draft) throw new ApiFailure("not_found", "there is no draft here");
      return ok({ draft });
    },
    deleteDraft: async ({ caller, params, request }) => {
      const place = await placeIn(params.channel_id, caller);
      await personals.update(caller, place, request.correlationId, dropDraft);
      return ok({ ok: true });
    },

    listMentions: async ({ caller, query }) => {
      const replica = await reads.projected(query.workspace_id, caller);
      const limit = clamp(query.limit, 1, MAX_MENTIONS, DEFAULT_MENTIONS);
      const { db } = services;
      const userId = caller.account.id;
      const channels = [
        ...visibleChannels(replica.state, userId),
        ...(seesConversations(caller) ? directConversations(replica.state, userId) : []),
      ];
      const before = decodePage(query.cursor);
      const found = await withDatabase(() =>
        listMentions(
          db,
          { workspaceId: replica.id, userId, channels },
          { limit: limit + 1, ...(before && { before }) },
        ),
      );
      const page = found.slice(0, limit);
      const messages = await withDatabase(async () =>
        decorate(
          db,
          await findMessageRows(
            db,
            page.map(({ id }) => id),
          ),
          userId,
        ),
      );
      const next_cursor = found.length > limit ? encodePage(page.at(-1)!) : null;
      return ok({ mentions: messages.map((message) => ({ message })), next_cursor });
    },
  };
};
