import type { DecisionContext } from "@clickclack/eventsourcing/Decider";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import * as Result from "effect/Result";
import {
  type Decision,
  event,
  events,
  isManager,
  nothing,
  reject,
  requireHead,
  requireLiveHead,
  requireMember,
  requireOpenChannel,
  timeoutOf,
} from "../rules.ts";
import { speakRefusal } from "../channel/ChannelModes.ts";
import { isTopicOf } from "../topic/Topic.ts";
import { threadStateAfterDeletion } from "../thread/Thread.ts";
import { attachmentsOf, markAttached, releaseUploads } from "../upload/Upload.ts";
import { type MessageHead, putHead, updateHead, type WorkspaceState } from "../WorkspaceState.ts";
import { isMetaTooLong, META_TOO_LONG } from "./messageMeta.ts";
import { notePost, requirePace } from "./slowMode.ts";
import { contentPayload, mentionPayload, type MessageContent, newHead } from "./messageContent.ts";

export type MessageCommand =
  | ({ readonly type: "PostMessage"; readonly channelId: string } & MessageContent)
  | {
      readonly type: "EditMessage";
      readonly channelId: string;
      readonly messageId: string;
      readonly body: string;
      readonly mentionedUserIds?: ReadonlyArray<string>;
    }
  | { readonly type: "DeleteMessage"; readonly channelId: string; readonly messageId: string };

export const decideMessage = (
  state: WorkspaceState,
  command: MessageCommand,
  context: DecisionContext,
): Decision => {
  const acting = requireMember(state, context);
  if (Result.isFailure(acting)) return Result.fail(acting.failure);
  switch (command.type) {
    case "PostMessage":
      return Result.flatMap(requireOpenChannel(state, context, command.channelId), (channel): Decision => {
        const mute = speakRefusal(state, channel, context.actor.user_id);
        if (mute) return mute;
        if (command.meta && isMetaTooLong(command.meta)) return reject("invalid_request", META_TOO_LONG);
        if (command.topicId !== undefined && !isTopicOf(state, command.topicId, channel))
          return reject("invalid_request", "topic_id names no topic of this channel");
        const pace = requirePace(channel, acting.success, context);
        if (Result.isFailure(pace)) return Result.fail(pace.failure);
        return Result.flatMap(attachmentsOf(state, context, command.uploadId), (attachments) => {
          const payload = {
            ...contentPayload(state, channel.id, command, context, attachments),
            channel_seq: channel.lastSeq + 1,
          };
          return events(event("message.created", payload, channel.id));
        });
      });
    case "EditMessage":
      return Result.flatMap(requireLiveHead(state, context, command), (head) => {
        if (head.authorId !== context.actor.user_id)
          return reject("not_author", "only its author edits a message");
        const payload = {
          message_id: command.messageId,
          root_message_id: head.rootId,
          body: command.body,
          ...mentionPayload(state, head.channelId, command),
        };
        return events(event("message.updated", payload, head.channelId));
      });
    case "DeleteMessage":
      return Result.flatMap(requireHead(state, context, command), (head) => {
        // Whoever is timed out may still take back what is its own.
        const manages = isManager(acting.success) && timeoutOf(acting.success, context.at) === undefined;
        const may = head.authorId === context.actor.user_id || manages;
        if (!may) return reject("not_author", "only its author or an owner deletes a message");
        return head.deleted ? nothing : deleteMessage(state, command.messageId, head);
      });
  }
};

const deleteMessage = (state: WorkspaceState, messageId: string, head: MessageHead): Decision => {
  const removed = head.attachments.map((it) => ({ ...it, owner_id: head.authorId }));
  const payload = {
    message_id: messageId,
    root_message_id: head.rootId,
    ...(removed.length > 0 && { removed_uploads: removed }),
  };
  const deleted = event("message.deleted", payload, head.channelId);
  const root = head.rootId === messageId ? undefined : state.heads.get(head.rootId);
  return root
    ? events(
        deleted,
        event("thread.state_updated", threadStateAfterDeletion(head.rootId, root), head.channelId),
      )
    : events(deleted);
};

export const evolveMessage = (state: WorkspaceState, event: WorkspaceEvent): WorkspaceState => {
  switch (event.type) {
    case "message.created": {
      const { message_id: id, author_id: authorId, channel_seq: lastSeq, attachments = [] } = event.payload;
      const channel = state.channels.get(event.channel_id!)!;
      state.channels.set(channel.id, { ...channel, lastSeq });
      notePost(channel, authorId, event.at);
      putHead(state, id, newHead(authorId, channel.id, id, attachments));
      markAttached(state, id, attachments);
      return state;
    }
    case "message.updated":
      updateHead(state, event.payload.message_id, () => ({}));
      return state;
    case "message.deleted":
      updateHead(state, event.payload.message_id, () => ({
        deleted: true,
        reactions: new Map(),
        attachments: [],
      }));
      releaseUploads(state, event.payload);
      return state;
    default:
      return state;
  }
};
