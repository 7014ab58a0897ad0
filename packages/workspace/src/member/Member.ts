import type { DecisionContext } from "@clickclack/eventsourcing/Decider";
import type { Role, WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import * as Result from "effect/Result";
import { type Decision, event, events, isManager, nothing, reject, requireMember, SYSTEM } from "../rules.ts";
import { trimOldest } from "@clickclack/eventsourcing/trimOldest";
import type { NickState, WorkspaceState } from "../WorkspaceState.ts";

/** Nicks are some 100 bytes each; of members who left the longest unchanged are forgotten beyond it. */
const MAX_NICKS = 50_000;
/** What was said under more names than these before is told under the oldest that is known. */
const MAX_NICKS_EACH = 20;
/** Channels that are told with a member's end: the rest of who was in that many hears of it otherwise. */
const MAX_TOLD_CHANNELS = 1_000;

export type MemberCommand =
  | { readonly type: "AddMember"; readonly userId: string; readonly role: Role; readonly nick?: string }
  | { readonly type: "RemoveMember"; readonly userId: string; readonly reason?: string }
  /** `previous` is what the member is called now, where the workspace does not know it. */
  | { readonly type: "ChangeNick"; readonly userId: string; readonly nick: string; readonly previous: string }
  | { readonly type: "BlockMember"; readonly userId: string; readonly blocked: boolean };

const noSuchMember = reject("not_found", "there is no such member");
const ownerStays = reject("forbidden", "the owner can be neither removed nor blocked");
const managersOnly = reject("forbidden", "only owners and moderators manage members");

export const decideMember = (
  state: WorkspaceState,
  command: MemberCommand,
  context: DecisionContext,
): Decision => {
  const acting = requireMember(state, context);
  if (Result.isFailure(acting)) return Result.fail(acting.failure);
  const self = command.userId === context.actor.user_id;
  if (command.type === "AddMember") {
    if (!isManager(acting.success)) return managersOnly;
    if (command.role === "owner" && context.actor.user_id !== SYSTEM) return managersOnly;
    if (state.members.has(command.userId)) return nothing;
    const { userId, role, nick } = command;
    return events(event("member.added", { user_id: userId, role, ...(nick && { nick }) }));
  }
  if (command.type === "ChangeNick") return changeNick(state, command, self || isManager(acting.success));
  const leaves = command.type === "RemoveMember" && self;
  if (!leaves && !isManager(acting.success)) return managersOnly;
  const target = state.members.get(command.userId);
  if (!target) return noSuchMember;
  if (target.role === "owner") return ownerStays;
  if (command.type === "RemoveMember") return removeMember(state, command);
  if (target.blocked === command.blocked) return nothing;
  const { userId, blocked } = command;
  return events(event("member.moderation_updated", { user_id: userId, role: target.role, blocked }));
};

const changeNick = (
  state: WorkspaceState,
  { userId, nick, previous }: Extract<MemberCommand, { type: "ChangeNick" }>,
  may: boolean,
): Decision => {
  if (!may) return managersOnly;
  if (!state.members.has(userId)) return noSuchMember;
  const current = state.nicks.get(userId)?.at(-1)?.nick ?? previous;
  if (current === nick) return nothing;
  return events(event("member.nick_changed", { user_id: userId, nick, previous: current }));
};

const removeMember = (
  state: WorkspaceState,
  { userId, reason }: Extract<MemberCommand, { type: "RemoveMember" }>,
): Decision => {
  const left = [...state.channels.values()].filter(
    ({ kind, members }) => kind !== "direct" && members.has(userId),
  );
  const channelIds = left.slice(0, MAX_TOLD_CHANNELS).map(({ id }) => id);
  const told = channelIds.length > 0 && { channel_ids: channelIds };
  return events(event("member.removed", { user_id: userId, ...told, ...(reason && { reason }) }));
};

/** Sets what a member is called from a version on; what it was called before is kept for what it said then. */
const putNick = (state: WorkspaceState, userId: string, nicks: ReadonlyArray<NickState>): void => {
  state.nicks.delete(userId);
  state.nicks.set(userId, nicks.slice(-MAX_NICKS_EACH));
  trimOldest(state.nicks, MAX_NICKS);
};

export const evolveMember = (state: WorkspaceState, event: WorkspaceEvent): WorkspaceState => {
  switch (event.type) {
    case "member.added":
      state.members.set(event.payload.user_id, { role: event.payload.role, blocked: false });
      if (event.payload.nick !== undefined) {
        const before = state.nicks.get(event.payload.user_id) ?? [];
        const since = before.length === 0 ? 0 : event.version;
        putNick(state, event.payload.user_id, [...before, { nick: event.payload.nick, since }]);
      }
      return state;
    case "member.nick_changed": {
      const { user_id: userId, nick, previous } = event.payload;
      const before = state.nicks.get(userId) ?? [{ nick: previous, since: 0 }];
      putNick(state, userId, [...before, { nick, since: event.version }]);
      return state;
    }
    case "member.removed":
      state.members.delete(event.payload.user_id);
      // Conversations keep who was in them: somebody who comes back finds them again.
      for (const { kind, members } of state.channels.values()) {
        if (kind !== "direct") members.delete(event.payload.user_id);
      }
      return state;
    case "member.moderation_updated": {
      const { user_id: userId, role, blocked } = event.payload;
      state.members.set(userId, { role, blocked });
      return state;
    }
    default:
      return state;
  }
};
