import type { DecisionContext } from "@clickclack/eventsourcing/Decider";
import type { Role, WorkspaceEvent, WorkspacePayload } from "@clickclack/protocol/events/WorkspaceEvents";
import * as Result from "effect/Result";
import {
  type Decision,
  event,
  events,
  isManager,
  nothing,
  reject,
  requireMember,
  requireWriter,
} from "../rules.ts";
import type { MemberState, WorkspaceState } from "../WorkspaceState.ts";
import { outranks } from "./rank.ts";

export type MemberCommand =
  | { readonly type: "AddMember"; readonly userId: string; readonly role: Role }
  | { readonly type: "RemoveMember"; readonly userId: string };

export const noSuchMember = reject("not_found", "there is no such member");
export const managersOnly = reject("forbidden", "only owners and moderators manage members");
const ownerStays = reject(
  "forbidden",
  "the owner can be neither removed nor blocked, and leaves only after handing the workspace over",
);
const moderatorStays = reject("forbidden", "only the owner manages moderators");

/** A member whom the acting one manages. */
export const requireManaged = (
  state: WorkspaceState,
  acting: MemberState,
  userId: string,
): Result.Result<MemberState, { readonly code: string; readonly message: string }> => {
  if (!isManager(acting)) return managersOnly;
  const target = state.members.get(userId);
  if (!target) return noSuchMember;
  if (outranks(acting.role, target.role)) return Result.succeed(target);
  return target.role === "owner" ? ownerStays : moderatorStays;
};

export const decideMember = (
  state: WorkspaceState,
  command: MemberCommand,
  context: DecisionContext,
): Decision => {
  const { type, userId } = command;
  if (type === "RemoveMember" && userId === context.actor.user_id) return leave(state, context);
  const acting = requireWriter(state, context);
  if (Result.isFailure(acting)) return Result.fail(acting.failure);
  if (command.type === "AddMember") return addMember(state, command, acting.success);
  return Result.flatMap(requireManaged(state, acting.success, userId), () =>
    events(event("member.removed", { user_id: userId })),
  );
};

/** Everybody may leave, also who is timed out. */
const leave = (state: WorkspaceState, context: DecisionContext): Decision =>
  Result.flatMap(requireMember(state, context), ({ role }) =>
    role === "owner" ? ownerStays : events(event("member.removed", { user_id: context.actor.user_id })),
  );

const addMember = (
  state: WorkspaceState,
  { userId, role }: Extract<MemberCommand, { readonly type: "AddMember" }>,
  acting: MemberState,
): Decision => {
  if (!isManager(acting)) return managersOnly;
  if (!outranks(acting.role, role)) return reject("forbidden", `you cannot make anybody ${role} here`);
  return state.members.has(userId) ? nothing : events(event("member.added", { user_id: userId, role }));
};

/** A member as a moderation leaves it: the event tells the whole of it. */
const moderated = (
  joinedAt: string,
  { role, blocked, timeout_until, moderation_note }: WorkspacePayload<"member.moderation_updated">,
): MemberState => ({
  role,
  blocked,
  joinedAt,
  ...(timeout_until !== undefined && { timeoutUntil: timeout_until }),
  ...(moderation_note !== undefined && { note: moderation_note }),
});

export const evolveMember = (state: WorkspaceState, event: WorkspaceEvent): WorkspaceState => {
  switch (event.type) {
    case "member.added": {
      const { user_id: userId, role } = event.payload;
      state.members.set(userId, { role, blocked: false, joinedAt: event.at });
      return state;
    }
    case "member.removed":
      state.members.delete(event.payload.user_id);
      // Conversations keep who was in them: somebody who comes back finds them again.
      for (const { kind, members } of state.channels.values()) {
        if (kind !== "direct") members.delete(event.payload.user_id);
      }
      return state;
    case "member.moderation_updated": {
      const { joinedAt = event.at } = state.members.get(event.payload.user_id) ?? {};
      state.members.set(event.payload.user_id, moderated(joinedAt, event.payload));
      return state;
    }
    default:
      return state;
  }
};
