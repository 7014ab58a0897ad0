import type { DecisionContext } from "@clickclack/eventsourcing/Decider";
import { canSeeChannel } from "../access.ts";
import { parseMentions } from "../mention/parseMentions.ts";
import type { MessageMeta } from "./messageMeta.ts";
import type { AttachmentState, MessageHead, WorkspaceState } from "../WorkspaceState.ts";

/** What a message carries, whether it starts a conversation or replies in a thread. */
export interface MessageContent {
  readonly messageId: string;
  readonly body: string;
  readonly nonce?: string;
  readonly kind?: string;
  readonly turnId?: string;
  readonly topicId?: string;
  readonly uploadId?: string;
  readonly meta?: MessageMeta;
  /** Users that the text names, resolved from their handles; those who cannot see the channel are left out. */
  readonly mentionedUserIds?: ReadonlyArray<string>;
  /** The quoted message as it read when it was quoted. */
  readonly quote?: { readonly messageId: string; readonly body: string; readonly authorId: string };
}

/** The part of the payload that roots and replies share. */
export const contentPayload = (
  state: WorkspaceState,
  channelId: string,
  content: MessageContent,
  context: DecisionContext,
  attachments: ReadonlyArray<AttachmentState>,
) => ({
  message_id: content.messageId,
  author_id: context.actor.user_id,
  body: content.body,
  ...(content.nonce !== undefined && { nonce: content.nonce }),
  ...(content.kind !== undefined && { kind: content.kind }),
  ...(content.turnId !== undefined && { turn_id: content.turnId }),
  ...(content.topicId !== undefined && { topic_id: content.topicId }),
  ...mentionPayload(state, channelId, content),
  ...(attachments.length > 0 && { attachments }),
  ...(content.meta && { meta: content.meta }),
  ...(content.quote && {
    quoted_message_id: content.quote.messageId,
    quoted_body_snapshot: content.quote.body,
    quoted_author_id: content.quote.authorId,
  }),
});

/** Whom a text calls, of those who can see it. */
export const mentionPayload = (
  state: WorkspaceState,
  channelId: string,
  { body, mentionedUserIds = [] }: Pick<MessageContent, "body" | "mentionedUserIds">,
) => {
  const users = mentionedUserIds.filter((id) => canSeeChannel(state, id, channelId));
  const { audiences } = parseMentions(body);
  return {
    ...(users.length > 0 && { mentioned_user_ids: users }),
    ...(audiences.length > 0 && { mentioned_audiences: audiences }),
  };
};

/** A head as it is right after the message was posted. */
export const newHead = (
  authorId: string,
  channelId: string,
  rootId: string,
  attachments: ReadonlyArray<AttachmentState> = [],
): MessageHead => ({
  authorId,
  channelId,
  rootId,
  deleted: false,
  replyCount: 0,
  lastThreadSeq: 0,
  lastReplyAuthorIds: [],
  reactions: new Map(),
  attachments,
});
