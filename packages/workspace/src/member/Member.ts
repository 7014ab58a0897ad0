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
import { changeNick, evolveNick, type NickCommand } from "./Nick.ts";
import { joining, keepTimeout } from "./joining.ts";
import { outranks } from "./rank.ts";

export type MemberCommand =
  | { readonly type: "AddMember"; readonly userId: string; readonly role: Role; readonly nick?: string }
  | { readonly type: "RemoveMember"; readonly userId: string; readonly reason?: string }
  | NickCommand;

/** Channels that are told with a member's end: the rest of who was in that many hears of it otherwise. */
const MAX_TOLD_CHANNELS = 1_000;

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
  if (type === "RemoveMember" && userId === context.actor.user_id) return leave(state, command, context);
  const acting = requireWriter(state, context);
  if (Result.isFailure(acting)) return Result.fail(acting.failure);
  if (command.type === "AddMember") return addMember(state, command, acting.success, context);
  if (command.type === "ChangeNick") {
    const may = userId === context.actor.user_id || isManager(acting.success);
    return may ? changeNick(state, command) : managersOnly;
  }
  return Result.flatMap(requireManaged(state, acting.success, userId), () => removed(state, command));
};

type RemoveMember = Extract<MemberCommand, { readonly type: "RemoveMember" }>;

/** A member's end, with the channels that it was in: nothing else tells who has to hear of it. */
const removed = (state: WorkspaceState, { userId, reason }: RemoveMember): Decision => {
  const left = [...state.channels.values()].filter(
    ({ kind, members }) => kind !== "direct" && members.has(userId),
  );
  const channelIds = left.slice(0, MAX_TOLD_CHANNELS).map(({ id }) => id);
  const told = channelIds.length > 0 && { channel_ids: channelIds };
  return events(event("member.removed", { user_id: userId, ...told, ...(reason && { reason }) }));
};

/** Everybody may leave, also who is timed out. */
const leave = (state: WorkspaceState, command: RemoveMember, context: DecisionContext): Decision =>
  Result.flatMap(requireMember(state, context), ({ role }) =>
    role === "owner" ? ownerStays : removed(state, command),
  );

const addMember = (
  state: WorkspaceState,
  { userId, role, nick }: Extract<MemberCommand, { readonly type: "AddMember" }>,
  acting: MemberState,
  { at }: DecisionContext,
): Decision => {
  if (!isManager(acting)) return managersOnly;
  if (!outranks(acting.role, role)) return reject("forbidden", `you cannot make anybody ${role} here`);
  if (state.members.has(userId)) return nothing;
  return events(...joining(state, { user_id: userId, role, ...(nick && { nick }) }, at));
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
      state.awayTimeouts.delete(userId);
      evolveNick(state, event);
      return state;
    }
    case "member.nick_changed":
      evolveNick(state, event);
      return state;
    case "member.removed":
      keepTimeout(state, event);
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
