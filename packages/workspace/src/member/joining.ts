import { trimOldest } from "@clickclack/eventsourcing/trimOldest";
import type { NewEvent } from "@clickclack/eventsourcing/Decider";
import type { WorkspaceEvent, WorkspacePayload } from "@clickclack/protocol/events/WorkspaceEvents";
import { event, timeoutOf } from "../rules.ts";
import type { WorkspaceState } from "../WorkspaceState.ts";

/** Timeouts of people who are away, each for four weeks at the most; nobody sends so many away in that time. */
const MAX_AWAY_TIMEOUTS = 1_000;

/** Somebody becomes a member. Leaving is open to everybody, so a timeout that was not over by then goes on. */
export const joining = (
  { awayTimeouts }: WorkspaceState,
  member: WorkspacePayload<"member.added">,
  at: string,
): ReadonlyArray<NewEvent> => {
  const { user_id, role } = member;
  const until = awayTimeouts.get(user_id);
  return [
    event("member.added", member),
    ...(until !== undefined && until > at
      ? [event("member.moderation_updated", { user_id, role, blocked: false, timeout_until: until })]
      : []),
  ];
};

/** Keeps the timeout of a member who goes now; those that are over by then are let go. */
export const keepTimeout = (
  { members, awayTimeouts }: WorkspaceState,
  { payload, at }: Extract<WorkspaceEvent, { readonly type: "member.removed" }>,
): void => {
  for (const [userId, until] of awayTimeouts) if (until <= at) awayTimeouts.delete(userId);
  const until = timeoutOf(members.get(payload.user_id), at);
  if (until === undefined) return;
  awayTimeouts.set(payload.user_id, until);
  trimOldest(awayTimeouts, MAX_AWAY_TIMEOUTS);
};
