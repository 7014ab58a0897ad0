import type { InviteState as Standing } from "@clickclack/protocol/http/InvitesGroup";
import * as Result from "effect/Result";
import { isManager, SYSTEM } from "../rules.ts";
import type { InviteState, WorkspaceState } from "../WorkspaceState.ts";
import { requireInviter } from "./inviter.ts";
import { standingOf } from "./standing.ts";

/** An invite as a member may see it. */
export interface VisibleInvite {
  readonly id: string;
  readonly invite: InviteState;
  readonly standing: Standing;
  /**
   * Whether its code is shown, and the channel that it leads into: to those alone who could make the same invite. A
   * moderator would let others in as moderators by it, or come into a private channel.
   */
  readonly usable: boolean;
}

/** The invites that a member may see and revoke, newest first: managers all, others their own. */
export const visibleInvites = (
  state: WorkspaceState,
  userId: string,
  at: string,
): ReadonlyArray<VisibleInvite> => {
  const member = state.members.get(userId);
  const all = userId === SYSTEM || (member !== undefined && isManager(member));
  return [...state.invites]
    .filter(([, { createdBy }]) => all || createdBy === userId)
    .map(([id, invite]) => ({
      id,
      invite,
      standing: standingOf(state, invite, at),
      usable: Result.isSuccess(requireInviter(state, userId, invite)),
    }))
    .toReversed();
};
