import { withDatabase } from "@clickclack/database/Database";
import type { PinsGroup } from "@clickclack/protocol/http/PinsGroup";
import type { Topic } from "@clickclack/protocol/http/shapes";
import { newId } from "@clickclack/protocol/Ids";
import { canSeeChannel } from "@clickclack/workspace/access";
import { decorate, findMessageRows } from "@clickclack/workspace/projections/messageQueries";
import type { GatewayContext } from "../../../GatewayContext.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { createdReply, ok } from "../../../http/HttpReply.ts";
import { eventOf } from "../../../Writes.ts";
import { headerKey } from "../../../idempotencyKeys.ts";
import { MessageReads } from "../MessageReads.ts";
import { wireEvent } from "../wireEvent.ts";

export const pinHandlers = (context: GatewayContext): Handlers<typeof PinsGroup> => {
  const { services, reads, writes, directory } = context;
  const messages = new MessageReads(context);
  return {
    listPins: async ({ caller, params }) => {
      const workspaceId = await directory.workspaceOfChannel(params.channel_id);
      const replica = await reads.channel(workspaceId, params.channel_id, caller);
      await reads.projectedUpTo(workspaceId, replica.seq);
      const newestFirst = replica.state.channels.get(params.channel_id)!.pins.toReversed();
      return ok({
        messages: await withDatabase(async () =>
          decorate(services.db, await findMessageRows(services.db, newestFirst), caller.account.id),
        ),
      });
    },

    pinMessage: async ({ caller, params, payload, headers, request, rawBody }) => {
      const workspaceId = await directory.workspaceOfChannel(params.channel_id);
      const messageId = payload.message_id;
      const command = { type: "PinMessage" as const, channelId: params.channel_id, messageId };
      const outcome = await writes.send(workspaceId, caller, command, {
        correlationId: request.correlationId,
        keys: headerKey(caller, headers["idempotency-key"], request, rawBody),
      });
      const { event, seq } = eventOf(outcome, "pin.added")!;
      const place = { workspaceId, channelId: params.channel_id, rootId: messageId };
      const pinned = await messages.after(place, messageId, seq, caller);
      return createdReply({ pinned_message: pinned, event: wireEvent(event, seq, services.epoch)! });
    },

    unpinMessage: async ({ caller, params, request }) => {
      const workspaceId = await directory.workspaceOfChannel(params.channel_id);
      const { channel_id: channelId, message_id: messageId } = params;
      const command = { type: "UnpinMessage" as const, channelId, messageId };
      const outcome = await writes.send(workspaceId, caller, command, {
        correlationId: request.correlationId,
      });
      const { event, seq } = eventOf(outcome, "pin.removed")!;
      return ok({ event: wireEvent(event, seq, services.epoch)! });
    },

    listTopics: async ({ caller, params }) => {
      const { state } = await reads.workspace(params.workspace_id, caller);
      const topics = [...state.topics].flatMap(
        ([id, { name, createdAt, channelId }]): ReadonlyArray<Topic> => {
          if (channelId !== undefined && !canSeeChannel(state, caller.account.id, channelId)) return [];
          const channel = channelId === undefined ? {} : { channel_id: channelId };
          return [{ id, workspace_id: state.id, name, created_at: createdAt, ...channel }];
        },
      );
      return ok({ topics });
    },

    createTopic: async ({ caller, params, payload, headers, request, rawBody }) => {
      const { name, channel_id: channelId } = payload;
      const command = {
        type: "CreateTopic" as const,
        topicId: newId("top"),
        name,
        ...(channelId !== undefined && { topicChannelId: channelId }),
      };
      const outcome = await writes.send(params.workspace_id, caller, command, {
        correlationId: request.correlationId,
        keys: headerKey(caller, headers["idempotency-key"], request, rawBody),
      });
      const { event } = eventOf(outcome, "topic.created")!;
      const channel = event.channel_id === undefined ? {} : { channel_id: event.channel_id };
      const { topic_id: id } = event.payload;
      return createdReply({
        topic: { id, workspace_id: event.workspace_id, name, created_at: event.at, ...channel },
      });
    },
  };
};
