import type { Rejection } from "@clickclack/eventsourcing/Decider";
import type { InviteState as Standing } from "@clickclack/protocol/http/InvitesGroup";
import * as Result from "effect/Result";
import type { InviteState, WorkspaceState } from "../WorkspaceState.ts";
import { requireInviter } from "./inviter.ts";

const isExpired = ({ expiresAt }: InviteState, at: string): boolean =>
  expiresAt !== undefined && Date.parse(expiresAt) <= Date.parse(at);

const isUsedUp = ({ maxUses, uses }: InviteState): boolean => maxUses !== undefined && uses >= maxUses;

/** Whether an invite is over for good at `at` (RFC 3339). */
export const hasEnded = (invite: InviteState, at: string): boolean =>
  isExpired(invite, at) || isUsedUp(invite);

/**
 * What an invite is worth at `at` (RFC 3339). It stands in for whoever made it: `void` while they could not make it, as
 * they were removed, blocked or demoted, or its channel is archived or no longer theirs to see.
 */
export const standingOf = (state: WorkspaceState, invite: InviteState, at: string): Standing => {
  if (Result.isFailure(requireInviter(state, invite.createdBy, invite))) return "void";
  if (isUsedUp(invite)) return "used_up";
  return isExpired(invite, at) ? "expired" : "open";
};

const REFUSALS: { readonly [S in Standing]: Rejection | undefined } = {
  open: undefined,
  void: { code: "not_found", message: "there is no such invite" },
  expired: { code: "invite_expired", message: "this invite has expired" },
  used_up: { code: "invite_used_up", message: "this invite was used as often as it may be" },
};

/** What somebody is told who comes with an invite of this standing; undefined for one that lets them in. */
export const refusalOf = (standing: Standing): Rejection | undefined => REFUSALS[standing];
