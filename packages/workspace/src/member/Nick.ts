import { trimOldest } from "@clickclack/eventsourcing/trimOldest";
import type { WorkspaceEventOf } from "@clickclack/protocol/events/WorkspaceEvents";
import { type Decision, event, events, nothing, reject } from "../rules.ts";
import type { NickState, WorkspaceState } from "../WorkspaceState.ts";

export type NickCommand = {
  readonly type: "ChangeNick";
  readonly userId: string;
  readonly nick: string;
  /** What the member is called now, where the workspace does not know it. */
  readonly previous: string;
};

/** Nicks are some 100 bytes each; of members who left the longest unchanged are forgotten beyond it. */
const MAX_NICKS = 50_000;
/** What was said under more names than these before is told under the oldest that is known. */
const MAX_NICKS_EACH = 20;

/** Calls a member something else, once it is clear that the actor may. */
export const changeNick = (state: WorkspaceState, { userId, nick, previous }: NickCommand): Decision => {
  if (!state.members.has(userId)) return reject("not_found", "there is no such member");
  const current = state.nicks.get(userId)?.at(-1)?.nick ?? previous;
  if (current === nick) return nothing;
  return events(event("member.nick_changed", { user_id: userId, nick, previous: current }));
};

/** Sets what a member is called from a version on; what it was called before is kept for what it said then. */
const putNick = (state: WorkspaceState, userId: string, nicks: ReadonlyArray<NickState>): void => {
  state.nicks.delete(userId);
  state.nicks.set(userId, nicks.slice(-MAX_NICKS_EACH));
  trimOldest(state.nicks, MAX_NICKS);
};

export const evolveNick = (
  state: WorkspaceState,
  event: WorkspaceEventOf<"member.added"> | WorkspaceEventOf<"member.nick_changed">,
): void => {
  const { user_id: userId, nick } = event.payload;
  if (nick === undefined) return;
  const known = state.nicks.get(userId);
  if (event.type === "member.nick_changed") {
    const before = known ?? [{ nick: event.payload.previous, since: 0 }];
    putNick(state, userId, [...before, { nick, since: event.version }]);
  } else putNick(state, userId, [...(known ?? []), { nick, since: known ? event.version : 0 }]);
};
