import type { WorkspaceEventOf } from "@clickclack/protocol/events/WorkspaceEvents";
import type { Message, ThreadState, User } from "@clickclack/protocol/http/shapes";
import { placeOf } from "@clickclack/workspace/direct/placeOf";

/** An event that a message begins with. */
export type Created = WorkspaceEventOf<"message.created"> | WorkspaceEventOf<"thread.reply_created">;

/** A message as it was posted, from its event alone. */
export const postedMessage = (event: Created, author: User): Message => {
  const { message_id: id, author_id, body, nonce, kind, turn_id, topic_id } = event.payload;
  const { quoted_message_id, quoted_body_snapshot, quoted_author_id } = event.payload;
  const root = event.type === "message.created";
  return {
    id,
    workspace_id: event.workspace_id,
    ...placeOf(event.channel_id!),
    author_id,
    thread_root_id: root ? id : event.payload.root_message_id,
    ...(root
      ? { channel_seq: event.payload.channel_seq, thread_state: noReplies(id) }
      : { parent_message_id: event.payload.root_message_id, thread_seq: event.payload.thread_seq }),
    body,
    body_format: "markdown",
    created_at: event.at,
    ...(nonce !== undefined && { nonce }),
    ...(kind !== undefined && { kind }),
    ...(turn_id !== undefined && { turn_id }),
    ...(topic_id !== undefined && { topic_id }),
    ...(quoted_message_id !== undefined && { quoted_message_id }),
    ...(quoted_body_snapshot !== undefined && { quoted_body_snapshot }),
    ...(quoted_author_id !== undefined && { quoted_author_id }),
    author,
    reactions: [],
  };
};

const noReplies = (root: string): ThreadState => ({
  root_message_id: root,
  reply_count: 0,
  last_reply_author_ids: [],
});

export const threadStateOf = (event: WorkspaceEventOf<"thread.state_updated">): ThreadState => ({
  ...event.payload,
});
