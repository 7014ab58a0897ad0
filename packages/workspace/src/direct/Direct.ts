import type { DecisionContext } from "@clickclack/eventsourcing/Decider";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import * as Result from "effect/Result";
import { canSeePerson, isActiveMember } from "../access.ts";
import { type Decision, event, events, nothing, reject, requireWriter } from "../rules.ts";
import type { WorkspaceState } from "../WorkspaceState.ts";

export type DirectCommand = {
  readonly type: "OpenConversation";
  /** Follows from the members (`conversationId`), so that the same people always share one conversation. */
  readonly channelId: string;
  readonly memberIds: ReadonlyArray<string>;
};

/** People in one conversation; more is what channels are for. */
export const MAX_CONVERSATION_MEMBERS = 32;

export const decideDirect = (
  state: WorkspaceState,
  command: DirectCommand,
  context: DecisionContext,
): Decision => {
  const acting = requireWriter(state, context);
  if (Result.isFailure(acting)) return Result.fail(acting.failure);
  const { channelId, memberIds } = command;
  if (!memberIds.includes(context.actor.user_id))
    return reject("forbidden", "only who is in it opens a conversation");
  if (memberIds.length > MAX_CONVERSATION_MEMBERS) {
    return reject("invalid_request", `a conversation has at most ${MAX_CONVERSATION_MEMBERS} members`);
  }
  if (state.channels.has(channelId)) return nothing;
  const known = (id: string) => isActiveMember(state, id) && canSeePerson(state, context.actor.user_id, id);
  if (!memberIds.every(known)) {
    return reject("not_found", "there is no such member in this workspace");
  }
  const payload = {
    direct_conversation_id: channelId,
    member_ids: memberIds,
    created_by: context.actor.user_id,
  };
  return events(event("dm.created", payload, channelId));
};

export const evolveDirect = (state: WorkspaceState, event: WorkspaceEvent): WorkspaceState => {
  if (event.type !== "dm.created") return state;
  const { direct_conversation_id: id, member_ids, created_by: createdBy } = event.payload;
  const members = new Set(member_ids);
  const base = { name: "", kind: "direct" as const, archived: false, lastSeq: 0, details: {}, pins: [] };
  const createdAt = event.at;
  state.channels.set(id, { id, createdBy, createdAt, members, ...base });
  return state;
};
