import {
  nextEvents,
  type ReplayPosition,
  requireReplayable,
  ResyncRequired,
} from "../../replica/readEvents.ts";
import type { WorkspaceReplica } from "../../replica/WorkspaceReplica.ts";
import { usersIn } from "../../rooms/usersIn.ts";
import { isSaid } from "./messageFrame.ts";
import { Missed } from "./Missed.ts";
import type { ResumePoint } from "./Resume.ts";
import type { TerminalParts } from "./TerminalParts.ts";
import type { TerminalSession } from "./TerminalSession.ts";

/** What was read of a time while somebody was away. */
export interface ReadMissed {
  readonly missed: Missed;
  /** The version up to which it was read. */
  readonly version: number;
}

/** Whether something happened since it was read. */
export const missing = ({ version }: ReadMissed, replica: WorkspaceReplica): boolean =>
  version < replica.version;

/**
 * Reads what was said in a session's rooms since it was lost, up to the newest event: the caller asks {@link missing},
 * and awaits nothing from then on until it is told of whatever happens. Throws StoreUnavailable.
 */
export const readMissed = async (
  { context, names }: TerminalParts,
  session: TerminalSession,
  { rooms, version, seq }: ResumePoint,
  last: string | undefined,
): Promise<ReadMissed> => {
  const { replica } = session;
  const missed = new Missed(session, { last, rooms, version });
  let at = startOf(replica, { version, seq }, last);
  try {
    await requireReplayable(replica, at);
    while (at.version !== replica.version) {
      const next = await nextEvents(replica, context.services.store, at);
      const newest = next.at(-1);
      if (!newest) break;
      for (const { event } of next) missed.take(event);
      at = { version: newest.event.version, seq: newest.seq };
      await names.ensure(
        replica.state,
        next.flatMap(({ event }) => (isSaid(event) ? usersIn(replica.state, event) : [])),
      );
    }
  } catch (error) {
    if (!(error instanceof ResyncRequired)) throw error;
    missed.lose();
    return { missed, version: replica.version };
  }
  return { missed, version: at.version };
};

/** Where to read from: a client may have got a token after more messages than it has shown. */
const startOf = (
  replica: WorkspaceReplica,
  token: ReplayPosition,
  last: string | undefined,
): ReplayPosition => {
  if (last === undefined) return token;
  const shown = replica.ring.find((event) => isSaid(event) && event.payload.message_id === last);
  return shown && shown.event.version < token.version
    ? { version: shown.event.version, seq: shown.seq }
    : token;
};
