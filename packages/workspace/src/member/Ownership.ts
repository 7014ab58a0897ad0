import type { DecisionContext } from "@clickclack/eventsourcing/Decider";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import * as Result from "effect/Result";
import { type Decision, event, events, nothing, reject, requireWriter } from "../rules.ts";
import type { WorkspaceState } from "../WorkspaceState.ts";
import { noSuchMember } from "./Member.ts";

export interface OwnershipCommand {
  readonly type: "TransferOwnership";
  readonly userId: string;
  /** Whether it is the active account of a person, which a workspace does not know. */
  readonly activePerson: boolean;
}

/** Who owns a workspace; there is always exactly one. */
export const ownerOf = (state: WorkspaceState): string | undefined => {
  for (const [id, { role }] of state.members) if (role === "owner") return id;
  return undefined;
};

export const decideOwnership = (
  state: WorkspaceState,
  { userId, activePerson }: OwnershipCommand,
  context: DecisionContext,
): Decision => {
  const acting = requireWriter(state, context);
  if (Result.isFailure(acting)) return Result.fail(acting.failure);
  if (acting.success.role !== "owner") return reject("forbidden", "only the owner hands the workspace over");
  const target = state.members.get(userId);
  if (!target) return noSuchMember;
  if (target.role === "owner") return nothing;
  const full = target.role === "moderator" || target.role === "member";
  if (!full || target.blocked || !activePerson)
    return reject("forbidden", "a workspace is owned by an active person who is a full member of it");
  return events(event("workspace.ownership_transferred", { from: ownerOf(state)!, to: userId }));
};

/** What was held against the new owner is over with it. */
export const evolveOwnership = (state: WorkspaceState, event: WorkspaceEvent): WorkspaceState => {
  if (event.type !== "workspace.ownership_transferred") return state;
  const give = (userId: string, role: "owner" | "moderator") => {
    const { joinedAt = event.at } = state.members.get(userId) ?? {};
    state.members.set(userId, { role, blocked: false, joinedAt });
  };
  give(event.payload.from, "moderator");
  give(event.payload.to, "owner");
  return state;
};
