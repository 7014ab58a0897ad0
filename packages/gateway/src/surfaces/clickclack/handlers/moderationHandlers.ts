import { withDatabase } from "@clickclack/database/Database";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { ModerationGroup } from "@clickclack/protocol/http/ModerationGroup";
import { EmptyEvent, type ModeratedMember } from "@clickclack/protocol/http/shapes";
import type { Timeout } from "@clickclack/workspace/member/Moderation";
import { listModerated } from "@clickclack/workspace/projections/listMembers";
import { isManager, timeoutOf } from "@clickclack/workspace/rules";
import type { WorkspaceState } from "@clickclack/workspace/WorkspaceState";
import type { Caller } from "../../../authentication/Caller.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { ok } from "../../../http/HttpReply.ts";
import { readTime } from "../../../http/readTime.ts";
import { eventOf } from "../../../Writes.ts";
import { memberQuery } from "../memberQuery.ts";
import { wireEvent } from "../wireEvent.ts";

const DONE = { ok: true } as const;

export const moderationHandlers = (context: GatewayContext): Handlers<typeof ModerationGroup> => {
  const { services, reads, writes, users } = context;

  const viewOf = async (state: WorkspaceState, userId: string): Promise<ModeratedMember> => {
    const member = state.members.get(userId);
    const user = (await users([userId])).get(userId);
    // Somebody else may have removed the member since.
    if (!member || !user) throw new ApiFailure("not_found", "there is no such member");
    const until = timeoutOf(member, new Date().toISOString());
    return {
      workspace_id: state.id,
      user,
      role: member.role,
      joined_at: member.joinedAt,
      blocked: member.blocked,
      ...(until !== undefined && { timeout_until: until }),
      ...(member.note !== undefined && { moderation_note: member.note }),
    };
  };

  return {
    listModeratedMembers: async ({ caller, params, query }) => {
      const replica = await reads.projected(params.workspace_id, caller);
      requireManager(replica.state, caller);
      const now = new Date().toISOString();
      return ok(await withDatabase(() => listModerated(services.db, replica.id, memberQuery(query), now)));
    },

    moderateMember: async ({ caller, params, payload, request }) => {
      const { user_id: userId, workspace_id: workspaceId } = params;
      const { role, blocked, moderation_note: note } = payload;
      const timeout = timeoutIn(payload);
      const changes = {
        ...(role !== undefined && { role }),
        ...(blocked !== undefined && { blocked }),
        ...(note !== undefined && { note: note.trim() }),
        ...(timeout !== undefined && { timeout }),
      };
      const command = { type: "ModerateMember" as const, userId, changes };
      const { correlationId } = request;
      const outcome = await writes.send(workspaceId, caller, command, { correlationId });
      const { state } = await reads.workspace(workspaceId, caller);
      const updated = eventOf(outcome, "member.moderation_updated");
      const event = updated ? wireEvent(updated.event, updated.seq, services.epoch)! : EmptyEvent;
      return ok({ member: await viewOf(state, userId), event });
    },

    removeMember: async ({ caller, params, request }) => {
      const command = { type: "RemoveMember" as const, userId: params.user_id };
      await writes.send(params.workspace_id, caller, command, { correlationId: request.correlationId });
      return ok(DONE);
    },

    leaveWorkspace: async ({ caller, params, request }) => {
      const command = { type: "RemoveMember" as const, userId: caller.account.id };
      await writes.send(params.workspace_id, caller, command, { correlationId: request.correlationId });
      return ok(DONE);
    },
  };
};

const requireManager = (state: WorkspaceState, { account }: Caller): void => {
  if (!isManager(state.members.get(account.id)!))
    throw new ApiFailure("forbidden", "only owners and moderators manage members");
};

/** The one timeout that a request asks for; 400 for two of them, and for what is no time. */
const timeoutIn = (asked: {
  readonly timeout_until?: string;
  readonly timeout_minutes?: number;
  readonly clear_timeout?: boolean;
}): Timeout | undefined => {
  const timeouts: Array<Timeout> = [];
  if (asked.timeout_until !== undefined) timeouts.push({ until: timeIn(asked.timeout_until) });
  if (asked.timeout_minutes !== undefined) timeouts.push({ minutes: asked.timeout_minutes });
  if (asked.clear_timeout === true) timeouts.push("none");
  if (timeouts.length <= 1) return timeouts[0];
  throw new ApiFailure(
    "invalid_request",
    "give at most one of timeout_until, timeout_minutes and clear_timeout",
  );
};

const timeIn = (text: string): string => {
  const at = readTime(text);
  if (at) return at.toISOString();
  const message = "timeout_until is a time such as 2026-11-20T10:00:00Z";
  throw new ApiFailure("invalid_request", message, { issues: [{ path: "timeout_until", message }] });
};
