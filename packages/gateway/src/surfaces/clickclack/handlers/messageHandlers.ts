import { isUnavailable, withDatabase } from "@clickclack/database/Database";
import { ProjectionBehind } from "@clickclack/database/Watermarks";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { MessagesGroup } from "@clickclack/protocol/http/MessagesGroup";
import { EmptyEvent, type Message } from "@clickclack/protocol/http/shapes";
import { routeId } from "@clickclack/protocol/Ids";
import { canSeeChannel } from "@clickclack/workspace/access";
import { placeOf } from "@clickclack/workspace/direct/placeOf";
import { listVersions } from "@clickclack/workspace/projections/MessageVersions";
import { findByNonce, listMessages } from "@clickclack/workspace/projections/messageQueries";
import { requirePlaceScope } from "../../../authentication/authorize.ts";
import type { Caller } from "../../../authentication/Caller.ts";
import type { MessagePlace } from "../../../Directory.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import { clamp } from "../../../http/clamp.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { ok } from "../../../http/HttpReply.ts";
import { eventOf } from "../../../Writes.ts";
import { mentionedIn } from "../../../mentionedIn.ts";
import { MessageReads, windowOf } from "../MessageReads.ts";
import { removeFile } from "../../../files/removeFile.ts";
import { momentOf } from "../momentOf.ts";
import { postMessage } from "../postMessage.ts";
import { wireEvent } from "../wireEvent.ts";
import { reactionHandlers } from "./reactionHandlers.ts";
import { threadHandlers } from "./threadHandlers.ts";

const MAX_MESSAGES = 200;
const DEFAULT_MESSAGES = 100;

const NONCE_SUPPORTED = { "X-ClickClack-Message-Nonce": "supported" };

export const messageHandlers = (context: GatewayContext): Handlers<typeof MessagesGroup> => {
  const { services, reads, writes, directory } = context;
  const messages = new MessageReads(context);
  const post = postMessage(context, messages);

  /** What a message is after a change; while the read model is away, as much of it as the change itself tells. */
  const afterChange = (
    place: MessagePlace,
    messageId: string,
    seq: number,
    caller: Caller,
    known: Partial<Message>,
  ): Promise<Message> =>
    messages.after(place, messageId, seq, caller).catch((error: unknown) => {
      if (!isUnavailable(error) && !(error instanceof ProjectionBehind)) throw error;
      return {
        id: messageId,
        workspace_id: place.workspaceId,
        ...placeOf(place.channelId),
        author_id: caller.account.id,
        thread_root_id: place.rootId,
        body: "",
        body_format: "markdown" as const,
        created_at: "",
        ...known,
      };
    });

  return {
    ...threadHandlers(context, messages),
    ...reactionHandlers(context),

    listMessages: async ({ caller, params, query }) => {
      const workspaceId = await directory.workspaceOfChannel(params.channel_id);
      const window = windowOf(query, "Latest", query.mode === "latest");
      const replica = await reads.channel(workspaceId, params.channel_id, caller);
      const asOf = await momentOf(query.as_of, replica, services.epoch);
      await reads.projectedUpTo(workspaceId, replica.seq);
      const limit = clamp(query.limit, 1, MAX_MESSAGES, DEFAULT_MESSAGES);
      const topic = query.topic_id !== undefined && { topicId: query.topic_id };
      const options = { window, limit, ...topic, ...(asOf && { asOf }) };
      return ok(
        await withDatabase(() =>
          listMessages(services.db, params.channel_id, caller.account.id, {
            ...options,
            users: context.users,
          }),
        ),
      );
    },

    postMessage: async ({ params, ...posted }) => {
      await directory.workspaceOfChannel(params.channel_id);
      return post(params.channel_id, posted);
    },

    getMessageByNonce: async ({ caller, query }) => {
      const replica = await reads.projected(query.workspace_id, caller);
      const row = await withDatabase(() =>
        findByNonce(services.db, replica.id, caller.account.id, query.nonce),
      );
      if (!row || !canSeeChannel(replica.state, caller.account.id, row.channel_id)) {
        throw new ApiFailure("not_found", "no message of yours has this nonce", { headers: NONCE_SUPPORTED });
      }
      requirePlaceScope(caller, row.channel_id, "read");
      return ok({ message: await messages.view(row, caller) }, NONCE_SUPPORTED);
    },

    getMessage: async ({ caller, params }) => {
      const row = await messages.visible(params.message_id, caller);
      return ok({ message: await messages.view(row, caller) });
    },

    listVersions: async ({ caller, params }) => {
      const row = await messages.visible(params.message_id, caller);
      return ok({ versions: await withDatabase(() => listVersions(services.db, row.id)) });
    },

    editMessage: async ({ caller, params, payload, request }) => {
      const messageId = params.message_id;
      const place = await directory.placeOf(messageId);
      const command = {
        type: "EditMessage" as const,
        channelId: place.channelId,
        messageId,
        body: payload.body,
        ...(await mentionedIn(services.reservations, payload.body)),
      };
      const outcome = await writes.send(place.workspaceId, caller, command, {
        correlationId: request.correlationId,
      });
      const { event, seq } = eventOf(outcome, "message.updated")!;
      const known = { body: payload.body, edited_at: event.at };
      const message = await afterChange(place, messageId, seq, caller, known);
      return ok({ message, event: wireEvent(event, seq, services.epoch)! });
    },

    deleteMessage: async ({ caller, params, request }) => {
      const messageId = params.message_id;
      const place = await directory.placeOf(messageId);
      const command = { type: "DeleteMessage" as const, channelId: place.channelId, messageId };
      const outcome = await writes.send(place.workspaceId, caller, command, {
        correlationId: request.correlationId,
      });
      const deleted = eventOf(outcome, "message.deleted");
      const removed = deleted?.event.payload.removed_uploads ?? [];
      await Promise.all(removed.map((it) => removeFile(services, place.workspaceId, it.upload_id)));
      const known = deleted ? { deleted_at: deleted.event.at } : {};
      const message = await afterChange(place, messageId, outcome.seq, caller, known);
      const event = deleted ? wireEvent(deleted.event, deleted.seq, services.epoch)! : EmptyEvent;
      return ok({ message, event });
    },

    routeMessage: async ({ caller, params }) => {
      const row = await messages.visible(params.message_id, caller);
      const message = await messages.view(row, caller);
      return ok({ message: { ...message, route_id: routeId("M", row.id) } });
    },
  };
};
