import { withDatabase } from "@clickclack/database/Database";
import type { DirectGroup } from "@clickclack/protocol/http/DirectGroup";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { DirectConversation, User } from "@clickclack/protocol/http/shapes";
import { routeId } from "@clickclack/protocol/Ids";
import { canSeeChannel, directConversations, hasActivePeer } from "@clickclack/workspace/access";
import { conversationId } from "@clickclack/workspace/direct/conversationId";
import { isConversationId } from "@clickclack/workspace/direct/placeOf";
import { hide, isHidden, unhide } from "@clickclack/workspace/personal/Personal";
import { findUsers } from "@clickclack/workspace/projections/findUsers";
import { listMessages } from "@clickclack/workspace/projections/messageQueries";
import { type ReadCount, readCounts } from "@clickclack/workspace/projections/readCounts";
import type { Caller } from "../../../authentication/Caller.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import { clamp } from "../../../http/clamp.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { createdReply, ok } from "../../../http/HttpReply.ts";
import type { WorkspaceReplica } from "../../../replica/WorkspaceReplica.ts";
import { headerKey } from "../../../idempotencyKeys.ts";
import { MessageReads, windowOf } from "../MessageReads.ts";
import { momentOf } from "../momentOf.ts";
import { postMessage } from "../postMessage.ts";

const MAX_MESSAGES = 200;
const DEFAULT_MESSAGES = 100;

const noSuchConversation = () => new ApiFailure("not_found", "there is no such conversation");

/** Whether it is the conversation or its workspace that a caller may not know of is nobody's business. */
const hideReason = (error: unknown): never => {
  throw error instanceof ApiFailure && error.status === 404 ? noSuchConversation() : error;
};

/** Conversations as they are answered: who is in them, and how much of them is unread. */
class Conversations {
  readonly #context: GatewayContext;

  constructor(context: GatewayContext) {
    this.#context = context;
  }

  /** The conversation's workspace, if the caller is in it; 404 otherwise. */
  async find(id: string, caller: Caller): Promise<WorkspaceReplica> {
    const { directory, reads, personals } = this.#context;
    if (!isConversationId(id)) throw noSuchConversation();
    const workspaceId = await directory.workspaceOf(id).catch(hideReason);
    const replica = await reads.projected(workspaceId, caller).catch(hideReason);
    if (!canSeeChannel(replica.state, caller.account.id, id)) throw noSuchConversation();
    await personals.projected(caller, workspaceId);
    return replica;
  }

  async view(replica: WorkspaceReplica, id: string, caller: Caller): Promise<DirectConversation> {
    return (await this.views(replica, [id], caller))[0]!;
  }

  async views(
    replica: WorkspaceReplica,
    ids: ReadonlyArray<string>,
    caller: Caller,
    shown: (count: ReadCount) => boolean = () => true,
  ): Promise<ReadonlyArray<DirectConversation>> {
    const { db } = this.#context.services;
    const { state } = replica;
    const people = ids.flatMap((id) => [...state.channels.get(id)!.members]);
    const [users, counts] = await withDatabase(() =>
      Promise.all([findUsers(db, people), readCounts(db, ids, caller.account.id)]),
    );
    return ids
      .filter((id) => shown(counts.get(id)!))
      .map((id) => {
        const { members, createdAt } = state.channels.get(id)!;
        const { last_seq, last_read_seq, unread_count, mention_count } = counts.get(id)!;
        return {
          id,
          route_id: routeId("D", id),
          workspace_id: state.id,
          created_at: createdAt,
          members: [...members].flatMap((member): ReadonlyArray<User> => {
            const user = users.get(member);
            return user ? [user] : [];
          }),
          can_send: hasActivePeer(state, caller.account.id, members),
          last_seq,
          last_read_seq,
          unread_count,
          mention_count,
        };
      });
  }
}

export const directHandlers = (context: GatewayContext): Handlers<typeof DirectGroup> => {
  const { services, reads, writes, personals } = context;
  const conversations = new Conversations(context);
  const post = postMessage(context, new MessageReads(context));

  return {
    listConversations: async ({ caller, query }) => {
      const replica = await reads.projected(query.workspace_id, caller);
      await personals.projected(caller, replica.id);
      const ids = directConversations(replica.state, caller.account.id);
      const shown = ({ hidden_seq, last_seq }: ReadCount) => !isHidden(hidden_seq, last_seq);
      return ok({ conversations: await conversations.views(replica, ids, caller, shown) });
    },

    openConversation: async ({ caller, payload, headers, request, rawBody }) => {
      const { workspace_id: workspaceId } = payload;
      const memberIds = [...new Set([caller.account.id, ...payload.member_ids])];
      const id = conversationId(workspaceId, memberIds);
      const command = { type: "OpenConversation" as const, channelId: id, memberIds };
      const { correlationId } = request;
      const keys = headerKey(caller, headers["idempotency-key"], request, rawBody);
      await writes.send(workspaceId, caller, command, { correlationId, keys });
      await personals.update(caller, { workspaceId, scopeId: id }, correlationId, unhide);
      const replica = await conversations.find(id, caller);
      return createdReply({ conversation: await conversations.view(replica, id, caller) });
    },

    getConversation: async ({ caller, params: { direct_conversation_id: id } }) => {
      const replica = await conversations.find(id, caller);
      return ok({ conversation: await conversations.view(replica, id, caller) });
    },

    hideConversation: async ({ caller, request, params: { direct_conversation_id: id } }) => {
      const { state, id: workspaceId } = await conversations.find(id, caller);
      const { lastSeq } = state.channels.get(id)!;
      await personals.update(caller, { workspaceId, scopeId: id }, request.correlationId, (it) =>
        hide(it, lastSeq),
      );
      return ok({ ok: true });
    },

    showConversation: async ({ caller, request, params: { direct_conversation_id: id } }) => {
      const { id: workspaceId } = await conversations.find(id, caller);
      await personals.update(caller, { workspaceId, scopeId: id }, request.correlationId, unhide);
      const replica = await conversations.find(id, caller);
      return ok({ conversation: await conversations.view(replica, id, caller) });
    },

    listDirectMessages: async ({ caller, query, params: { direct_conversation_id: id } }) => {
      const replica = await conversations.find(id, caller);
      const asOf = await momentOf(query.as_of, replica, services.epoch);
      if (asOf) await reads.projectedUpTo(replica.id, replica.seq);
      const limit = clamp(query.limit, 1, MAX_MESSAGES, DEFAULT_MESSAGES);
      const options = { window: windowOf(query, "Latest"), limit, ...(asOf && { asOf }) };
      return ok(
        await withDatabase(() =>
          listMessages(services.db, id, caller.account.id, { ...options, users: context.users }),
        ),
      );
    },

    postDirectMessage: async ({ params: { direct_conversation_id: id }, ...posted }) => {
      if (!isConversationId(id)) throw noSuchConversation();
      return post(id, posted).catch(hideReason);
    },
  };
};
