import { fromBase32, toBase32 } from "./Ids.ts";

/**
 * A place in a workspace's log. `epoch` names the log's incarnation (a restored log gets a new, larger one),
 * `version` counts the workspace's events from 1 (0 is before the first), `seq` is the stream sequence to seek by.
 */
export interface Cursor {
  readonly epoch: number;
  readonly version: number;
  readonly seq: number;
  readonly workspace: string;
}

const EPOCH = 7; // base32 digits: seconds since 1970 fit until the year 3058
const VERSION = 9; // 3.5e13 events in a workspace
const SEQ = 10; // 1.1e15 commits in a stream
const TAG = 5; // 25 bits of the workspace's id: a foreign cursor is told apart without a look-up

const CURSOR = new RegExp(`^cur_([0-9a-hjkmnp-tv-z]{${EPOCH + VERSION + SEQ + TAG}})$`);

const tagOf = (workspace: string): string => workspace.slice(-TAG);

/** `cur_` and 31 base32 characters; of one workspace, cursors compare as strings in the order of its log. */
export const encodeCursor = (cursor: Cursor): string =>
  `cur_${toBase32(cursor.epoch, EPOCH)}${toBase32(cursor.version, VERSION)}${toBase32(cursor.seq, SEQ)}${tagOf(cursor.workspace)}`;

/** Why a cursor cannot be used; each leads to `resync_required`. */
export type CursorProblem = "malformed" | "other_workspace" | "other_epoch";

/** Reads a cursor for `workspace` in the log incarnation `epoch`, or says why it is none. */
export const decodeCursor = (text: string, workspace: string, epoch: number): Cursor | CursorProblem => {
  const digits = CURSOR.exec(text)?.[1];
  if (digits === undefined) return "malformed";
  const read = (from: number, length: number) => fromBase32(digits.slice(from, from + length));
  const cursorEpoch = read(0, EPOCH);
  const version = read(EPOCH, VERSION);
  const seq = read(EPOCH + VERSION, SEQ);
  if (cursorEpoch === undefined || version === undefined || seq === undefined) return "malformed";
  if (digits.slice(-TAG) !== tagOf(workspace)) return "other_workspace";
  if (cursorEpoch !== epoch) return "other_epoch";
  return { epoch, version, seq, workspace };
};
