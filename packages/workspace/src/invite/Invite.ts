import type { DecisionContext } from "@clickclack/eventsourcing/Decider";
import type { InviteRole, WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import * as Result from "effect/Result";
import {
  type Decision,
  event,
  events,
  isManager,
  noSuchInvite,
  nothing,
  reject,
  requireWriter,
  SYSTEM,
} from "../rules.ts";
import type { InviteState, WorkspaceState } from "../WorkspaceState.ts";
import { hasEnded, refusalOf, standingOf } from "./standing.ts";
import { requireInviter } from "./inviter.ts";
import { joining } from "../member/joining.ts";

export type InviteCommand =
  | {
      readonly type: "CreateInvite";
      readonly inviteId: string;
      readonly role: InviteRole;
      /** RFC 3339; absent for a week, null for one that ends when it is revoked. */
      readonly expiresAt?: string | null;
      readonly maxUses?: number;
      /** The channel that it leads into besides. */
      readonly inviteChannelId?: string;
    }
  | { readonly type: "RevokeInvite"; readonly inviteId: string }
  | { readonly type: "AcceptInvite"; readonly inviteId: string };

/** Open invites of a workspace: each costs memory in the actor and in every gateway that serves it. */
const MAX_OPEN = 1_000;
/** Invites in memory, with those that have ended: who comes with an older one is told that there is none. */
const MAX_KEPT = 2_000;
/** An invite that nobody thought about the end of is forgotten in some chat by then. */
const DEFAULT_LIFE_MS = 7 * 24 * 3_600_000;
const MAX_LIFE_MS = 366 * 24 * 3_600_000;

export const decideInvite = (
  state: WorkspaceState,
  command: InviteCommand,
  context: DecisionContext,
): Decision => {
  if (command.type === "AcceptInvite") return acceptInvite(state, command.inviteId, context);
  const acting = requireWriter(state, context);
  if (Result.isFailure(acting)) return Result.fail(acting.failure);
  if (command.type === "CreateInvite") return createInvite(state, command, context);
  const invite = state.invites.get(command.inviteId);
  const may = isManager(acting.success) || invite?.createdBy === context.actor.user_id;
  return invite && may ? events(event("invite.revoked", { invite_id: command.inviteId })) : noSuchInvite;
};

const createInvite = (
  state: WorkspaceState,
  command: Extract<InviteCommand, { readonly type: "CreateInvite" }>,
  context: DecisionContext,
): Decision => {
  const { inviteId, role, maxUses, inviteChannelId: channelId } = command;
  const user = context.actor.user_id;
  const terms = { role, ...(channelId !== undefined && { channelId }) };
  return Result.flatMap(requireInviter(state, user, terms), () => {
    const open = [...state.invites.values()].filter((invite) => !hasEnded(invite, context.at)).length;
    if (open >= MAX_OPEN)
      return reject("limit_reached", `a workspace has at most ${MAX_OPEN} open invites; revoke some`);
    return Result.flatMap(endOf(command.expiresAt, context.at), (expiresAt) =>
      events(
        event("invite.created", {
          invite_id: inviteId,
          role,
          ...(channelId !== undefined && { channel_id: channelId }),
          ...(expiresAt !== undefined && { expires_at: expiresAt }),
          ...(maxUses !== undefined && { max_uses: maxUses }),
          created_by: user,
        }),
      ),
    );
  });
};

/** When an invite ends by itself, if ever; rejected when that is over or too far ahead. */
const endOf = (wanted: string | null | undefined, at: string) => {
  if (wanted === null) return Result.succeed(undefined);
  const now = Date.parse(at);
  const end = wanted === undefined ? now + DEFAULT_LIFE_MS : Date.parse(wanted);
  return end > now && end <= now + MAX_LIFE_MS
    ? Result.succeed(new Date(end).toISOString())
    : reject("invalid_request", "expires_at must lie in the future, and within a year");
};

/**
 * A member who comes with a code is a member already: it uses nothing up, and leads at most into the invite's channel.
 * That goes before an invite's end, so that accepting once more is answered as the first time.
 */
const acceptInvite = (state: WorkspaceState, inviteId: string, { actor, at }: DecisionContext): Decision => {
  const invite = state.invites.get(inviteId);
  if (!invite || actor.user_id === SYSTEM) return noSuchInvite;
  const member = state.members.get(actor.user_id);
  if (member?.blocked) return reject("blocked", "you are blocked in this workspace");
  const channel = invite.channelId === undefined ? undefined : state.channels.get(invite.channelId);
  const joins = channel !== undefined && !channel.members.has(actor.user_id);
  if (member && !joins) return nothing;
  const refused = refusalOf(standingOf(state, invite, at));
  if (refused) return Result.fail(refused);
  const user_id = actor.user_id;
  const uses = member ? invite.uses : invite.uses + 1;
  return events(
    event("invite.accepted", { invite_id: inviteId, user_id, uses }),
    ...(member ? [] : joining(state, { user_id, role: invite.role }, at)),
    ...(joins ? [event("channel.member_added", { channel_id: channel.id, user_id }, channel.id)] : []),
  );
};

/** Lets the oldest of those that have ended go; as few are open as may be, there always are some. */
const forgetEnded = (invites: Map<string, InviteState>, at: string): void => {
  for (const [id, invite] of invites) {
    if (invites.size <= MAX_KEPT) return;
    if (hasEnded(invite, at)) invites.delete(id);
  }
};

export const evolveInvite = (state: WorkspaceState, event: WorkspaceEvent): WorkspaceState => {
  switch (event.type) {
    case "invite.created": {
      const { invite_id: id, role, channel_id, expires_at, max_uses, created_by } = event.payload;
      state.invites.set(id, {
        role,
        ...(channel_id !== undefined && { channelId: channel_id }),
        ...(expires_at !== undefined && { expiresAt: expires_at }),
        ...(max_uses !== undefined && { maxUses: max_uses }),
        uses: 0,
        createdBy: created_by,
        createdAt: event.at,
      });
      forgetEnded(state.invites, event.at);
      return state;
    }
    case "invite.revoked":
      state.invites.delete(event.payload.invite_id);
      return state;
    case "invite.accepted": {
      const { invite_id: id, uses } = event.payload;
      const invite = state.invites.get(id);
      if (invite) state.invites.set(id, { ...invite, uses });
      return state;
    }
    case "member.removed":
      // Whoever comes back some day did not mean to invite people all along.
      for (const [id, { createdBy }] of state.invites)
        if (createdBy === event.payload.user_id) state.invites.delete(id);
      return state;
    default:
      return state;
  }
};
