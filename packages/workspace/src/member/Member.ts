import type { DecisionContext } from "@clickclack/eventsourcing/Decider";
import type { Role, WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import * as Result from "effect/Result";
import { type Decision, event, events, isManager, nothing, reject, requireMember, SYSTEM } from "../rules.ts";
import type { WorkspaceState } from "../WorkspaceState.ts";

export type MemberCommand =
  | { readonly type: "AddMember"; readonly userId: string; readonly role: Role }
  | { readonly type: "RemoveMember"; readonly userId: string }
  | { readonly type: "BlockMember"; readonly userId: string; readonly blocked: boolean };

const noSuchMember = reject("not_found", "there is no such member");
const ownerStays = reject("forbidden", "the owner can be neither removed nor blocked");
const managersOnly = reject("forbidden", "only owners and moderators manage members");

export const decideMember = (
  state: WorkspaceState,
  command: MemberCommand,
  context: DecisionContext,
): Decision => {
  const acting = requireMember(state, context);
  if (Result.isFailure(acting)) return Result.fail(acting.failure);
  const self = command.userId === context.actor.user_id;
  if (command.type === "AddMember") {
    if (!isManager(acting.success)) return managersOnly;
    if (command.role === "owner" && context.actor.user_id !== SYSTEM) return managersOnly;
    if (state.members.has(command.userId)) return nothing;
    return events(event("member.added", { user_id: command.userId, role: command.role }));
  }
  const leaves = command.type === "RemoveMember" && self;
  if (!leaves && !isManager(acting.success)) return managersOnly;
  const target = state.members.get(command.userId);
  if (!target) return noSuchMember;
  if (target.role === "owner") return ownerStays;
  if (command.type === "RemoveMember") return events(event("member.removed", { user_id: command.userId }));
  if (target.blocked === command.blocked) return nothing;
  const { userId, blocked } = command;
  return events(event("member.moderation_updated", { user_id: userId, role: target.role, blocked }));
};

export const evolveMember = (state: WorkspaceState, event: WorkspaceEvent): WorkspaceState => {
  switch (event.type) {
    case "member.added":
      state.members.set(event.payload.user_id, { role: event.payload.role, blocked: false });
      return state;
    case "member.removed":
      state.members.delete(event.payload.user_id);
      // Conversations keep who was in them: somebody who comes back finds them again.
      for (const { kind, members } of state.channels.values()) {
        if (kind !== "direct") members.delete(event.payload.user_id);
      }
      return state;
    case "member.moderation_updated": {
      const { user_id: userId, role, blocked } = event.payload;
      state.members.set(userId, { role, blocked });
      return state;
    }
    default:
      return state;
  }
};
