import type { Actor } from "@clickclack/protocol/events/Envelope";
import type {
  NotificationPreference,
  PersonalEvent,
  PersonalState,
} from "@clickclack/protocol/events/PersonalEvents";
import { upcaster } from "@clickclack/eventsourcing/Upcaster";
import { newId } from "@clickclack/protocol/Ids";

/** A person's state in a scope before anything was done there. */
export const emptyPersonal = (userId: string, scopeId: string): PersonalState => ({
  user_id: userId,
  scope_id: scopeId,
  change: "read",
  last_read_seq: 0,
});

/** Reads on to `seq`, never back; undefined when nothing changes. */
export const readUpTo = (state: PersonalState, seq: number, at: string): PersonalState | undefined =>
  seq > state.last_read_seq ? { ...state, change: "read", last_read_seq: seq, last_read_at: at } : undefined;

/** Makes what stands from `seq` on unread again. */
export const markUnread = (state: PersonalState, seq: number, at: string): PersonalState | undefined =>
  seq <= state.last_read_seq
    ? { ...state, change: "read", last_read_seq: Math.max(0, seq - 1), last_read_at: at }
    : undefined;

/** Follows a thread, or stops, as of its newest sequence number. A stop holds until one replies after that. */
export const follow = (
  state: PersonalState,
  following: boolean,
  lastSeq: number,
): PersonalState | undefined => {
  const stands = state.following === following && (following || (state.followed_seq ?? 0) >= lastSeq);
  return stands ? undefined : { ...state, change: "following", following, followed_seq: lastSeq };
};

/** Reads the activity inbox, whose scope is its workspace, on to a time, never back. Times are RFC 3339 in milliseconds. */
export const readActivityUpTo = (state: PersonalState, upTo: string, at: string): PersonalState | undefined =>
  upTo > (state.read_up_to ?? "")
    ? { ...state, change: "read", read_up_to: upTo, last_read_at: at }
    : undefined;

export const prefer = (state: PersonalState, preference: NotificationPreference): PersonalState | undefined =>
  (state.preference ?? "all") === preference ? undefined : { ...state, change: "preference", preference };

/** Hides a conversation up to what was said last. */
export const hide = (state: PersonalState, lastSeq: number): PersonalState => ({
  ...state,
  change: "visibility",
  hidden_seq: lastSeq,
});

export const unhide = (state: PersonalState): PersonalState | undefined => {
  if (state.hidden_seq === undefined) return undefined;
  const { hidden_seq: _, ...rest } = state;
  return { ...rest, change: "visibility" };
};

export const saveDraft = (state: PersonalState, body: string, at: string): PersonalState => ({
  ...state,
  change: "draft",
  draft: { body, updated_at: at },
});

export const dropDraft = (state: PersonalState): PersonalState | undefined => {
  if (state.draft === undefined) return undefined;
  const { draft: _, ...rest } = state;
  return { ...rest, change: "draft" };
};

/** Whether a conversation is hidden: until something newer than what was there then is said. */
export const isHidden = (hiddenSeq: number | null, lastSeq: number): boolean =>
  hiddenSeq !== null && lastSeq <= hiddenSeq;

/** The draft, unless its author has posted since: then that is what it became. Times are RFC 3339. */
export const standingDraft = (state: PersonalState, postedAt: string | undefined): PersonalState["draft"] =>
  postedAt !== undefined && state.draft !== undefined && postedAt >= state.draft.updated_at
    ? undefined
    : state.draft;

/** The state as it is stored. */
export const personalEvent = (
  workspaceId: string,
  state: PersonalState,
  stamp: { readonly at: string; readonly actor: Actor; readonly correlationId: string },
): PersonalEvent => ({
  id: newId("evt"),
  type: "personal.updated",
  v: upcastPersonalEvent.formats["personal.updated"] ?? 1,
  workspace_id: workspaceId,
  version: 0,
  at: stamp.at,
  actor: stamp.actor,
  causation_id: stamp.correlationId,
  correlation_id: stamp.correlationId,
  payload: state,
});

/** All stored formats are of version 1 so far. */
export const upcastPersonalEvent = upcaster<PersonalEvent>({});
