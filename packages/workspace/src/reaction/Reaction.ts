import type { DecisionContext } from "@clickclack/eventsourcing/Decider";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import * as Result from "effect/Result";
import { type Decision, event, events, nothing, reject, requireLiveHead, requireMember } from "../rules.ts";
import { updateHead, type WorkspaceState } from "../WorkspaceState.ts";

export type ReactionCommand = {
  readonly type: "AddReaction" | "RemoveReaction";
  readonly channelId: string;
  readonly messageId: string;
  readonly emoji: string;
};

/** Different emoji on one message: what a client can show, and a bound on the head's size. */
const MAX_EMOJI = 50;

export const decideReaction = (
  state: WorkspaceState,
  command: ReactionCommand,
  context: DecisionContext,
): Decision => {
  const acting = requireMember(state, context);
  if (Result.isFailure(acting)) return Result.fail(acting.failure);
  return Result.flatMap(requireLiveHead(state, context, command), (head) => {
    const user = context.actor.user_id;
    const { messageId, emoji } = command;
    const users = head.reactions.get(emoji);
    const adds = command.type === "AddReaction";
    if ((users?.has(user) ?? false) === adds) return nothing;
    if (adds && !users && head.reactions.size >= MAX_EMOJI) {
      return reject("limit_reached", `a message takes at most ${MAX_EMOJI} different reactions`);
    }
    const count = (users?.size ?? 0) + (adds ? 1 : -1);
    const payload = { message_id: messageId, emoji, user_id: user, count };
    return events(event(adds ? "reaction.added" : "reaction.removed", payload, head.channelId));
  });
};

export const evolveReaction = (state: WorkspaceState, event: WorkspaceEvent): WorkspaceState => {
  if (event.type !== "reaction.added" && event.type !== "reaction.removed") return state;
  const { message_id: id, emoji, user_id: user } = event.payload;
  updateHead(state, id, (head) => {
    const users = new Set(head.reactions.get(emoji));
    if (event.type === "reaction.added") users.add(user);
    else users.delete(user);
    const reactions = new Map(head.reactions);
    if (users.size > 0) reactions.set(emoji, users);
    else reactions.delete(emoji);
    return { reactions };
  });
  return state;
};
