import type { TerminalFrame } from "@clickclack/protocol/terminal/TerminalFrames";
import type { RingEntry } from "../../replica/EventRing.ts";
import {
  nextEvents,
  type ReplayPosition,
  requireReplayable,
  ResyncRequired,
} from "../../replica/readEvents.ts";
import type { WorkspaceReplica } from "../../replica/WorkspaceReplica.ts";
import { usersIn } from "../../rooms/usersIn.ts";
import { isSaid, messageFrame, shownBody, toldOf } from "./messageFrame.ts";
import { hearsOf } from "./TerminalHub.ts";
import type { TerminalParts } from "./TerminalParts.ts";
import type { TerminalSession } from "./TerminalSession.ts";

/** Messages that are told again: a few megabytes at the most, which a socket may hold. */
const MAX_MISSED = 1_000;

/** What was said while somebody was away. */
export interface Missed {
  readonly frames: ReadonlyArray<TerminalFrame>;
  /** More was said than can be told again. */
  readonly gap: boolean;
  /** The version up to which it was read. */
  readonly version: number;
}

/** Whether something happened since it was read. */
export const missing = ({ version }: Missed, replica: WorkspaceReplica): boolean => version < replica.version;

/**
 * Reads what was said in a session's rooms since a place in the log, up to the newest event: the caller asks {@link missing},
 * and awaits nothing from then on until it is told of whatever happens. Throws StoreUnavailable.
 */
export const readMissed = async (
  { context, names }: TerminalParts,
  session: TerminalSession,
  from: ReplayPosition,
  last: string | undefined,
): Promise<Missed> => {
  const { replica } = session;
  const entries: Array<RingEntry> = [];
  let at = from;
  try {
    await requireReplayable(replica, at);
    while (at.version !== replica.version) {
      const next = await nextEvents(replica, context.services.store, at);
      const newest = next.at(-1);
      if (!newest) break;
      entries.push(...next.filter(({ event }) => "message_id" in event.payload));
      at = { version: newest.event.version, seq: newest.seq };
      await names.ensure(
        replica.state,
        next.flatMap(({ event }) => (isSaid(event) ? usersIn(replica.state, event) : [])),
      );
    }
  } catch (error) {
    if (error instanceof ResyncRequired) return { frames: [], gap: true, version: replica.version };
    throw error;
  }
  const seen = entries.findIndex(({ event }) => isSaid(event) && event.payload.message_id === last);
  const unseen = shownMessages(session, replica, entries.slice(seen + 1), names);
  return { frames: unseen.slice(-MAX_MISSED), gap: unseen.length > MAX_MISSED, version: at.version };
};

type MessageFrame = Extract<TerminalFrame, { type: "message" }>;

/** The messages among events, as they are now: changed and deleted ones are not told as they were. */
const shownMessages = (
  session: TerminalSession,
  { state }: WorkspaceReplica,
  entries: ReadonlyArray<RingEntry>,
  names: TerminalParts["names"],
): ReadonlyArray<MessageFrame> => {
  const frames = new Map<string, MessageFrame>();
  for (const { event } of entries) {
    if (event.type === "message.deleted") frames.delete(event.payload.message_id);
    const before = event.type === "message.updated" ? frames.get(event.payload.message_id) : undefined;
    if (before && event.type === "message.updated")
      frames.set(before.id, { ...before, text: shownBody(event.payload.body) });
    const told = isSaid(event) ? toldOf(state, event) : undefined;
    if (!told || !hearsOf(state, told.channel, session)) continue;
    const frame = messageFrame(state, told, names, session.userId);
    if (frame.type === "message") frames.set(frame.id, { ...frame, missed: true });
  }
  return [...frames.values()];
};
