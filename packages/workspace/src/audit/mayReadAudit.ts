import type { WorkspaceState } from "../WorkspaceState.ts";

/** Whether a member is shown the audit log: owners alone, as it tells of private channels and of what moderators do. */
export const mayReadAudit = (state: WorkspaceState, userId: string): boolean => {
  const member = state.members.get(userId);
  return member?.role === "owner" && !member.blocked;
};
