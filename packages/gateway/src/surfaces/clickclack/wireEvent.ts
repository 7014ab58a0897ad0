import { encodeCursor } from "@clickclack/protocol/Cursor";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import type { EventFrame } from "@clickclack/protocol/realtime/Frames";
import { isConversationId } from "@clickclack/workspace/direct/placeOf";

/** What an event's payload tells clients: ids, never text. Undefined for events that this surface does not show. */
const payloadOf = (event: WorkspaceEvent): Record<string, unknown> | undefined => {
  const correlation = { correlation_id: event.correlation_id };
  const scope = event.channel_id;
  const conversation =
    scope !== undefined && isConversationId(scope) ? { direct_conversation_id: scope } : {};
  switch (event.type) {
    case "message.created": {
      const { message_id, author_id, nonce, topic_id, kind, turn_id } = event.payload;
      return present({
        message_id,
        author_id,
        nonce,
        topic_id,
        kind,
        turn_id,
        ...correlation,
        ...conversation,
      });
    }
    case "thread.reply_created": {
      const { message_id, root_message_id, nonce } = event.payload;
      return present({ message_id, root_message_id, nonce, ...correlation, ...conversation });
    }
    case "message.updated":
    case "message.attachment_added":
    case "message.deleted": {
      const { message_id, root_message_id } = event.payload;
      return { message_id, root_message_id, ...conversation };
    }
    case "thread.state_updated":
      return { root_message_id: event.payload.root_message_id, ...conversation };
    case "reaction.added":
    case "reaction.removed":
      return { ...event.payload, ...conversation };
    case "pin.added":
    case "pin.removed":
      return { ...event.payload };
    case "channel.created":
      return { channel_id: event.payload.channel_id };
    case "channel.updated":
      return { channel_id: event.payload.channel_id, archived: event.payload.archived };
    case "member.moderation_updated":
      return { user_id: event.payload.user_id, role: event.payload.role };
    case "workspace.ownership_transferred":
      return { workspace_id: event.workspace_id, ...event.payload };
    case "workspace.updated":
      return { workspace_id: event.workspace_id };
    default:
      return undefined;
  }
};

const present = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const mentioned = (event: WorkspaceEvent) => {
  const says =
    event.type === "message.created" ||
    event.type === "message.updated" ||
    event.type === "thread.reply_created";
  const users = says ? event.payload.mentioned_user_ids : undefined;
  return users && { mentioned_user_ids: users };
};

/** An event as clients of this surface see it, or undefined if they do not. */
export const wireEvent = (event: WorkspaceEvent, seq: number, epoch: number): EventFrame | undefined => {
  const payload = payloadOf(event);
  if (!payload) return undefined;
  return {
    id: event.id,
    cursor: encodeCursor({ epoch, version: event.version, seq, workspace: event.workspace_id }),
    type: event.type === "message.attachment_added" ? "message.updated" : event.type,
    workspace_id: event.workspace_id,
    ...(event.channel_id !== undefined &&
      !isConversationId(event.channel_id) && { channel_id: event.channel_id }),
    ...(event.type === "message.created" && { seq: event.payload.channel_seq }),
    created_at: event.at,
    payload,
    ...mentioned(event),
  };
};
