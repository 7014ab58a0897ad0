import { withDatabase } from "@clickclack/database/Database";
import { userView } from "@clickclack/identity/account/userView";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { MessagesGroup } from "@clickclack/protocol/http/MessagesGroup";
import { newId } from "@clickclack/protocol/Ids";
import { hadHappened } from "@clickclack/workspace/projections/Moment";
import { listReplies } from "@clickclack/workspace/projections/messageQueries";
import { threadCount } from "@clickclack/workspace/projections/threadQueries";
import type { GatewayContext } from "../../../GatewayContext.ts";
import { clamp } from "../../../http/clamp.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { createdReply, ok } from "../../../http/HttpReply.ts";
import { eventOf } from "../../../Writes.ts";
import { headerKey, nonceKey } from "../../../idempotencyKeys.ts";
import { mentionedIn } from "../../../mentionedIn.ts";
import { type MessageReads, windowOf } from "../MessageReads.ts";
import { postedMessage, threadStateOf } from "../messageViews.ts";
import { wireEvent } from "../wireEvent.ts";

const MAX_REPLIES = 200;
const DEFAULT_REPLIES = 100;

type ThreadHandlers = Pick<Handlers<typeof MessagesGroup>, "getThread" | "replyInThread">;

export const threadHandlers = (context: GatewayContext, messages: MessageReads): ThreadHandlers => {
  const { services, writes, directory, personals } = context;
  return {
    getThread: async ({ caller, params, query }) => {
      const asked = await messages.visible(params.message_id, caller);
      const asOf = await messages.momentOf(query.as_of, asked.workspace_id, caller);
      const window = windowOf(query, "Earliest", query.latest === "true");
      const root = await messages.root(asked);
      await personals.projected(caller, root.workspace_id);
      const limit = clamp(query.limit, 1, MAX_REPLIES, DEFAULT_REPLIES);
      if (asOf && !hadHappened(asOf, { version: root.version, at: root.created_at }))
        throw new ApiFailure("not_found", "this thread had not begun at that moment");
      const options = { window, limit, ...(asOf && { asOf }) };
      const [page, counts] = await withDatabase(() =>
        Promise.all([
          listReplies(services.db, root.id, caller.account.id, { ...options, users: context.users }),
          threadCount(services.db, root.id, caller.account.id),
        ]),
      );
      const view = await messages.view(root, caller, asOf);
      return ok({ root: view, thread_state: view.thread_state!, ...counts, ...page });
    },

    replyInThread: async ({ caller, params, payload, headers, request, rawBody }) => {
      const rootId = params.message_id;
      const place = await directory.placeOf(rootId);
      const { body, nonce, quoted_message_id: quoted, upload_id: uploadId } = payload;
      const command = {
        type: "ReplyInThread" as const,
        channelId: place.channelId,
        rootId,
        messageId: newId("msg"),
        body,
        ...(nonce !== undefined && { nonce }),
        ...(uploadId !== undefined && { uploadId }),
        ...(await messages.quote(quoted, place.channelId, caller)),
        ...(await mentionedIn(services.reservations, body)),
      };
      const byHeader = headerKey(caller, headers["idempotency-key"], request, rawBody);
      const keys = [...byHeader, ...nonceKey(caller, nonce, { rootId, body, quoted, uploadId })];
      const { correlationId } = request;
      const outcome = await writes.send(place.workspaceId, caller, command, { correlationId, keys });
      const reply = eventOf(outcome, "thread.reply_created");
      const state = eventOf(outcome, "thread.state_updated");
      if (!reply || !state)
        throw new ApiFailure("idempotency_conflict", "this key was used for another request");
      directory.rememberMessage(reply.event.payload.message_id, { ...place, rootId });
      const posted = postedMessage(reply.event, userView(caller.account));
      const message = await messages.posted(posted, reply.event, outcome.seq);
      const thread_state = threadStateOf(state.event);
      if (outcome.replayed && byHeader.length === 0) return ok({ message, thread_state, events: null });
      const events = [reply, state].map(({ event, seq }) => wireEvent(event, seq, services.epoch)!);
      return createdReply({ message, thread_state, events });
    },
  };
};
