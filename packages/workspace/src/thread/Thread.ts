import type { DecisionContext } from "@clickclack/eventsourcing/Decider";
import type { WorkspaceEvent, WorkspacePayload } from "@clickclack/protocol/events/WorkspaceEvents";
import * as Result from "effect/Result";
import { contentPayload, type MessageContent, newHead } from "../message/messageContent.ts";
import { isMetaTooLong, META_TOO_LONG } from "../message/messageMeta.ts";
import { notePost, requirePace } from "../message/slowMode.ts";
import { type Decision, event, events, reject, requireLiveHead, requireMember } from "../rules.ts";
import { speakRefusal } from "../channel/ChannelModes.ts";
import { attachmentsOf, markAttached } from "../upload/Upload.ts";
import { type MessageHead, putHead, updateHead, type WorkspaceState } from "../WorkspaceState.ts";

export type ThreadCommand = {
  readonly type: "ReplyInThread";
  readonly channelId: string;
  readonly rootId: string;
} & MessageContent;

/** Who replied last, newest first: as many faces as clients show. */
const LAST_AUTHORS = 3;

export const decideThread = (
  state: WorkspaceState,
  command: ThreadCommand,
  context: DecisionContext,
): Decision => {
  const acting = requireMember(state, context);
  if (Result.isFailure(acting)) return Result.fail(acting.failure);
  return Result.flatMap(
    requireLiveHead(state, context, { messageId: command.rootId, channelId: command.channelId }),
    (root) => {
      if (root.rootId !== command.rootId)
        return reject("invalid_parent", "a reply cannot be replied to; reply to its root");
      const channel = state.channels.get(root.channelId)!;
      const mute = speakRefusal(state, channel, context.actor.user_id);
      if (mute) return mute;
      if (command.meta && isMetaTooLong(command.meta)) return reject("invalid_request", META_TOO_LONG);
      const pace = requirePace(channel, acting.success, context);
      if (Result.isFailure(pace)) return Result.fail(pace.failure);
      const attachments = attachmentsOf(state, context, command.uploadId);
      if (Result.isFailure(attachments)) return Result.fail(attachments.failure);
      const author = context.actor.user_id;
      const reply = {
        ...contentPayload(state, root.channelId, command, context, attachments.success),
        root_message_id: command.rootId,
        thread_seq: root.lastThreadSeq + 1,
      };
      const threadState = {
        root_message_id: command.rootId,
        reply_count: root.replyCount + 1,
        last_reply_at: context.at,
        last_reply_author_ids: [author, ...root.lastReplyAuthorIds.filter((id) => id !== author)].slice(
          0,
          LAST_AUTHORS,
        ),
      };
      return events(
        event("thread.reply_created", reply, root.channelId),
        event("thread.state_updated", threadState, root.channelId),
      );
    },
  );
};

/** The thread once one of its replies is gone; who replied last stays, as it was so. */
export const threadStateAfterDeletion = (
  rootId: string,
  root: MessageHead,
): WorkspacePayload<"thread.state_updated"> => ({
  root_message_id: rootId,
  reply_count: root.replyCount - 1,
  ...(root.lastReplyAt !== undefined && { last_reply_at: root.lastReplyAt }),
  last_reply_author_ids: root.lastReplyAuthorIds,
});

export const evolveThread = (state: WorkspaceState, event: WorkspaceEvent): WorkspaceState => {
  switch (event.type) {
    case "thread.reply_created": {
      const {
        message_id: id,
        author_id: authorId,
        root_message_id: rootId,
        thread_seq: lastThreadSeq,
        attachments = [],
      } = event.payload;
      putHead(state, id, newHead(authorId, event.channel_id!, rootId, attachments));
      markAttached(state, id, attachments);
      notePost(state.channels.get(event.channel_id!)!, authorId, event.at);
      updateHead(state, rootId, () => ({ lastThreadSeq }));
      return state;
    }
    case "thread.state_updated": {
      const { root_message_id: rootId, reply_count: replyCount, last_reply_at: lastReplyAt } = event.payload;
      updateHead(state, rootId, () => ({
        replyCount,
        ...(lastReplyAt !== undefined && { lastReplyAt }),
        lastReplyAuthorIds: event.payload.last_reply_author_ids,
      }));
      return state;
    }
    default:
      return state;
  }
};
