import { withDatabase } from "@clickclack/database/Database";
import type { PersonalState } from "@clickclack/protocol/events/PersonalEvents";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { PersonalGroup } from "@clickclack/protocol/http/PersonalGroup";
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
import { placesFor } from "../../../authentication/authorize.ts";
import type { Caller } from "../../../authentication/Caller.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import { clamp } from "../../../http/clamp.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { ok } from "../../../http/HttpReply.ts";
import { decodePage, encodePage } from "../pageCursor.ts";
import { receiptOf } from "../receiptOf.ts";

const MAX_MENTIONS = 100;
const DEFAULT_MENTIONS = 50;

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

  const unread = async (scopeId: string, caller: Caller, seq: number, correlationId: string) => {
    const place = await placeIn(scopeId, caller);
    const state = await personals.update(caller, place, correlationId, (it, at) => markUnread(it, seq, at));
    return ok({ receipt: receiptOf(state) });
  };

  const requireConversation = (id: string): string => {
    if (!isConversationId(id)) throw new ApiFailure("not_found", "there is no such conversation");
    return id;
  };

  return {
    readChannel: async ({ caller, params, payload, request }) => {
      await directory.workspaceOfChannel(params.channel_id);
      return read(params.channel_id, caller, payload.seq, request.correlationId);
    },
    readConversation: async ({ caller, params, payload, request }) =>
      read(requireConversation(params.direct_conversation_id), caller, payload.seq, request.correlationId),
    unreadChannel: ({ caller, params, payload, request }) =>
      unread(params.channel_id, caller, payload.seq, request.correlationId),
    unreadConversation: async ({ caller, params, payload, request }) =>
      unread(requireConversation(params.direct_conversation_id), caller, payload.seq, request.correlationId),

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
      const channels = placesFor(caller, replica.state);
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
