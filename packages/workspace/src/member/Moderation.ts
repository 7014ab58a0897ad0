import type { DecisionContext, Rejection } from "@clickclack/eventsourcing/Decider";
import type { Role } from "@clickclack/protocol/events/WorkspaceEvents";
import * as Result from "effect/Result";
import { type Decision, event, events, nothing, reject, requireWriter, timeoutOf } from "../rules.ts";
import type { MemberState, WorkspaceState } from "../WorkspaceState.ts";
import { requireManaged } from "./Member.ts";
import { outranks } from "./rank.ts";

/** Until a time (RFC 3339, UTC, milliseconds), or for some minutes from now on; `none` ends a timeout. */
export type Timeout = { readonly until: string } | { readonly minutes: number } | "none";

/** What changes about a member; what is absent stays. */
export interface ModerationChanges {
  readonly role?: Role;
  readonly timeout?: Timeout;
  readonly blocked?: boolean;
  /** Empty clears it. */
  readonly note?: string;
}

export interface ModerationCommand {
  readonly type: "ModerateMember";
  readonly userId: string;
  readonly changes: ModerationChanges;
}

/** Four weeks: whoever should be silent for longer is blocked or removed. */
export const MAX_TIMEOUT_MS = 28 * 24 * 3_600_000;

export const decideModeration = (
  state: WorkspaceState,
  { userId, changes }: ModerationCommand,
  context: DecisionContext,
): Decision => {
  const acting = requireWriter(state, context);
  if (Result.isFailure(acting)) return Result.fail(acting.failure);
  return Result.flatMap(requireManaged(state, acting.success, userId), (target) =>
    Result.flatMap(requireRole(acting.success, target, changes.role), (role) =>
      Result.flatMap(readTimeout(target, changes.timeout, context.at), (timeoutUntil) => {
        const { blocked = target.blocked, note = target.note ?? "" } = changes;
        const same =
          role === target.role &&
          blocked === target.blocked &&
          note === (target.note ?? "") &&
          timeoutUntil === timeoutOf(target, context.at);
        if (same) return nothing;
        const payload = {
          user_id: userId,
          role,
          blocked,
          ...(timeoutUntil !== undefined && { timeout_until: timeoutUntil }),
          ...(note !== "" && { moderation_note: note }),
        };
        return events(event("member.moderation_updated", payload));
      }),
    ),
  );
};

/** The role that somebody is to have. Programs stay programs, and an owner is made by a transfer alone. */
const requireRole = (
  acting: MemberState,
  target: MemberState,
  role: Role = target.role,
): Result.Result<Role, Rejection> => {
  if (role === target.role) return Result.succeed(role);
  if (role === "owner") return reject("forbidden", "ownership is handed over, not given as a role");
  if (role === "bot" || target.role === "bot")
    return reject("forbidden", "a bot stays a bot, and a person stays a person");
  return outranks(acting.role, role)
    ? Result.succeed(role)
    : reject("forbidden", "only the owner makes moderators");
};

/** Until when somebody is to be timed out; undefined for not at all. */
const readTimeout = (
  target: MemberState,
  timeout: Timeout | undefined,
  at: string,
): Result.Result<string | undefined, Rejection> => {
  if (timeout === undefined) return Result.succeed(timeoutOf(target, at));
  if (timeout === "none") return Result.succeed(undefined);
  const now = Date.parse(at);
  const until = "until" in timeout ? Date.parse(timeout.until) : now + timeout.minutes * 60_000;
  if (!(until > now)) return reject("invalid_request", "a timeout ends in the future");
  if (until - now > MAX_TIMEOUT_MS) return reject("invalid_request", "a timeout ends within 28 days");
  return Result.succeed(new Date(until).toISOString());
};
