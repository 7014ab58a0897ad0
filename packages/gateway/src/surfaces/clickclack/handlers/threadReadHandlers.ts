import { withDatabase } from "@clickclack/database/Database";
import type { PersonalState } from "@clickclack/protocol/events/PersonalEvents";
import type { Message } from "@clickclack/protocol/http/shapes";
import type { FollowedThread, ThreadsGroup } from "@clickclack/protocol/http/ThreadsGroup";
import { placeOf } from "@clickclack/workspace/direct/placeOf";
import { follow, markUnread, readUpTo } from "@clickclack/workspace/personal/Personal";
import { decorate, findMessageRows, type MessageRow } from "@clickclack/workspace/projections/messageQueries";
import { listFollowedThreads, type ThreadCount } from "@clickclack/workspace/projections/threadQueries";
import { placesFor } from "../../../authentication/authorize.ts";
import type { Caller } from "../../../authentication/Caller.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import { clamp } from "../../../http/clamp.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { ok } from "../../../http/HttpReply.ts";
import type { HttpRequest } from "../../../http/HttpRequest.ts";
import type { MessageReads } from "../MessageReads.ts";
import { decodePage, encodePage } from "../pageCursor.ts";
import { receiptOf } from "../receiptOf.ts";

const MAX_THREADS = 100;
const DEFAULT_THREADS = 50;

interface ThreadRequest {
  readonly caller: Caller;
  readonly params: { readonly message_id: string };
  readonly request: HttpRequest;
}

type Change = (state: PersonalState, root: MessageRow, at: string) => PersonalState | undefined;

export const threadReadHandlers = (
  { services, reads, personals }: GatewayContext,
  messages: MessageReads,
): Handlers<typeof ThreadsGroup> => {
  /** Changes what the caller keeps for a thread that it sees, named by any of its messages. */
  const update = async ({ caller, params, request }: ThreadRequest, change: Change) => {
    const root = await messages.root(await messages.visible(params.message_id, caller));
    const place = { workspaceId: root.workspace_id, scopeId: root.id };
    return personals.update(caller, place, request.correlationId, (state, at) =>
      change({ ...state, channel_id: root.channel_id }, root, at),
    );
  };

  const choose = async (asked: ThreadRequest, following: boolean) => {
    const { scope_id } = await update(asked, (it, root) => follow(it, following, root.last_thread_seq));
    return ok({ root_message_id: scope_id, following });
  };

  return {
    followThread: (asked) => choose(asked, true),
    unfollowThread: (asked) => choose(asked, false),

    readThread: async ({ payload, ...asked }) => {
      const state = await update(asked, (it, root, at) =>
        readUpTo(it, Math.min(payload.seq, root.last_thread_seq), at),
      );
      return ok({ receipt: receiptOf(state) });
    },
    unreadThread: async ({ payload, ...asked }) => {
      const state = await update(asked, (it, _, at) => markUnread(it, payload.seq, at));
      return ok({ receipt: receiptOf(state) });
    },

    listThreads: async ({ caller, query }) => {
      const replica = await reads.projected(query.workspace_id, caller);
      await personals.projected(caller, replica.id);
      const { db } = services;
      const userId = caller.account.id;
      const reader = { workspaceId: replica.id, userId, channels: placesFor(caller, replica.state) };
      const limit = clamp(query.limit, 1, MAX_THREADS, DEFAULT_THREADS);
      const before = decodePage(query.cursor);
      const page = { limit: limit + 1, unreadOnly: query.unread === "true", ...(before && { before }) };
      const found = await withDatabase(() => listFollowedThreads(db, reader, page));
      const shown = found.threads.slice(0, limit);
      const roots = await withDatabase(async () =>
        decorate(db, await findMessageRows(db, ids(shown)), userId),
      );
      const byId = new Map(roots.map((root) => [root.id, root]));
      return ok({
        threads: shown.map((row) => threadOf(byId.get(row.id)!, row)),
        total_unread_threads: found.unread,
        next_cursor: found.threads.length > limit ? encodePage(shown.at(-1)!) : null,
      });
    },
  };
};

const ids = (rows: ReadonlyArray<{ readonly id: string }>): ReadonlyArray<string> => rows.map(({ id }) => id);

const threadOf = (root: Message, counts: ThreadCount): FollowedThread => ({
  root,
  ...placeOf(root.channel_id ?? root.direct_conversation_id!),
  following: true,
  last_read_seq: counts.last_read_seq,
  unread_count: counts.unread_count,
  mention_count: counts.mention_count,
});
