import type { DecisionContext } from "@clickclack/eventsourcing/Decider";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import * as Result from "effect/Result";
import {
  type Decision,
  event,
  events,
  noSuchChannel,
  reject,
  requireMember,
  requireNoTimeout,
  requireOpenChannel,
} from "../rules.ts";
import type { ChannelState, WorkspaceState } from "../WorkspaceState.ts";

export type TopicCommand = {
  readonly type: "CreateTopic";
  readonly topicId: string;
  readonly name: string;
  /** Absent for a topic of the whole workspace. */
  readonly topicChannelId?: string;
};

/** Topics of a workspace: each costs memory in its actor. */
const MAX_TOPICS = 10_000;

export const decideTopic = (
  state: WorkspaceState,
  command: TopicCommand,
  context: DecisionContext,
): Decision => {
  const acting = requireMember(state, context);
  if (Result.isFailure(acting)) return Result.fail(acting.failure);
  const { topicId, name, topicChannelId: channelId } = command;
  if (state.topics.size >= MAX_TOPICS) return reject("limit_reached", "this workspace has too many topics");
  const taken = [...state.topics.values()].some(
    (topic) => topic.name === name && topic.channelId === channelId,
  );
  if (taken) return reject("name_taken", "there is a topic with this name already");
  const created = events(
    event("topic.created", { topic_id: topicId, name, created_by: context.actor.user_id }, channelId),
  );
  if (channelId === undefined) {
    const timeout = requireNoTimeout(state, context);
    if (Result.isFailure(timeout)) return Result.fail(timeout.failure);
    return acting.success.role === "guest"
      ? reject("forbidden", "guests cannot create topics here")
      : created;
  }
  return Result.flatMap(requireOpenChannel(state, context, channelId), ({ kind }) =>
    kind === "direct" ? noSuchChannel : created,
  );
};

/** Whether messages of a channel may carry a topic: it belongs to that channel, or to the whole workspace. */
export const isTopicOf = (state: WorkspaceState, topicId: string, { id, kind }: ChannelState): boolean => {
  const topic = state.topics.get(topicId);
  return topic !== undefined && kind !== "direct" && (topic.channelId ?? id) === id;
};

export const evolveTopic = (state: WorkspaceState, event: WorkspaceEvent): WorkspaceState => {
  if (event.type !== "topic.created") return state;
  const { topic_id: id, name } = event.payload;
  state.topics.set(id, {
    name,
    createdAt: event.at,
    ...(event.channel_id !== undefined && { channelId: event.channel_id }),
  });
  return state;
};
