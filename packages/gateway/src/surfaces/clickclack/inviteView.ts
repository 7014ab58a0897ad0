import type { Invite } from "@clickclack/protocol/http/InvitesGroup";
import type { InviteCodes } from "@clickclack/workspace/invite/InviteCodes";
import type { VisibleInvite } from "@clickclack/workspace/invite/visibleInvites";

/** An invite as those are told of it who may see it. */
export const inviteView = (
  codes: InviteCodes,
  workspaceId: string,
  { id, invite, standing, usable }: VisibleInvite,
): Invite => ({
  id,
  ...(usable && { code: codes.codeOf(id) }),
  workspace_id: workspaceId,
  role: invite.role,
  ...(usable && invite.channelId !== undefined && { channel_id: invite.channelId }),
  ...(invite.expiresAt !== undefined && { expires_at: invite.expiresAt }),
  ...(invite.maxUses !== undefined && { max_uses: invite.maxUses }),
  uses: invite.uses,
  created_by: invite.createdBy,
  created_at: invite.createdAt,
  state: standing,
});

/** The page on which somebody looks at an invite and accepts it. */
export const inviteUrl = (origin: string, code: string): string => `${origin}/invite/${code}`;
