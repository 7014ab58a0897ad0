import { encodeCursor } from "@clickclack/protocol/Cursor";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import type { EventFrame } from "@clickclack/protocol/realtime/Frames";

/** What an event's payload tells clients: ids, never text. Undefined for events that this surface does not show. */
const payloadOf = (event: WorkspaceEvent): Record<string, unknown> | undefined => {
  const correlation = { correlation_id: event.correlation_id };
  switch (event.type) {
    case "message.created": {
      const { message_id, author_id, nonce, topic_id, kind, turn_id } = event.payload;
      return present({ message_id, author_id, nonce, topic_id, kind, turn_id, ...correlation });
    }
    case "thread.reply_created": {
      const { message_id, root_message_id, nonce } = event.payload;
      return present({ message_id, root_message_id, nonce, ...correlation });
    }
    case "message.updated":
    case "message.deleted": {
      const { message_id, root_message_id } = event.payload;
      return { message_id, root_message_id };
    }
    case "thread.state_updated":
      return { root_message_id: event.payload.root_message_id };
    case "reaction.added":
    case "reaction.removed":
      return { ...event.payload };
    case "channel.created":
      return { channel_id: event.payload.channel_id };
    case "channel.updated":
      return { channel_id: event.payload.channel_id, archived: event.payload.archived };
    case "member.moderation_updated":
      return { user_id: event.payload.user_id, role: event.payload.role };
    case "workspace.updated":
      return { workspace_id: event.workspace_id };
    default:
      return undefined;
  }
};

const present = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** An event as clients of this surface see it, or undefined if they do not. */
export const wireEvent = (event: WorkspaceEvent, seq: number, epoch: number): EventFrame | undefined => {
  const payload = payloadOf(event);
  if (!payload) return undefined;
  return {
    id: event.id,
    cursor: encodeCursor({ epoch, version: event.version, seq, workspace: event.workspace_id }),
    type: event.type,
    workspace_id: event.workspace_id,
    ...(event.channel_id !== undefined && { channel_id: event.channel_id }),
    ...(event.type === "message.created" && { seq: event.payload.channel_seq }),
    created_at: event.at,
    payload,
  };
};
