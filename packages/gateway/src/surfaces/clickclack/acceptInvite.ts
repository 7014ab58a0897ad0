import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { Workspace } from "@clickclack/protocol/http/shapes";
import type { Caller } from "../../authentication/Caller.ts";
import type { GatewayContext } from "../../GatewayContext.ts";
import type { FoundInvite } from "../../invites/Invites.ts";
import { ownWorkspace } from "./ownWorkspace.ts";

/** What somebody is told who accepted an invite. */
export interface Accepted {
  readonly workspace: Workspace;
  /** The channel that it led into. */
  readonly channel_id?: string;
}

/** Accepts an invite for a caller. Throws ApiFailure with the reason why it is not good. */
export const acceptInvite = async (
  { reads, writes }: GatewayContext,
  caller: Caller,
  found: FoundInvite,
  correlationId: string,
): Promise<Accepted> => {
  requireInviter(found, caller);
  const { workspaceId, inviteId, invite } = found;
  await writes.send(workspaceId, caller, { type: "AcceptInvite", inviteId }, { correlationId });
  const { state } = await reads.workspace(workspaceId, caller);
  const { channelId = "" } = invite;
  const inside = state.channels.get(channelId)?.members.has(caller.account.id) === true;
  return { workspace: ownWorkspace(state, caller), ...(inside && { channel_id: channelId }) };
};

/** The workspace decides all of an invite's worth but this: that the account of whoever made it is still active. */
const requireInviter = ({ state, standing }: FoundInvite, { account }: Caller): void => {
  if (standing === "void" && !state.members.has(account.id))
    throw new ApiFailure("not_found", "there is no such invite");
};
