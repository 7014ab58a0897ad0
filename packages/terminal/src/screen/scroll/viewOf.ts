import type { RoomLog } from "./RoomLog.ts";

/** The lowest row that is shown: row `row` of entry `number`. Undefined stands for the newest row, whatever comes. */
export type Anchor = { readonly number: number; readonly row: number } | undefined;

/** Rows of an entry, by its number; at least one. */
export type RowsOf = (number: number) => ReadonlyArray<string>;

export interface View {
  /** From top to bottom, at most as many as asked for. */
  readonly rows: ReadonlyArray<string>;
  /** Entries beneath them. */
  readonly below: number;
}

const settled = (log: RoomLog, anchor: Anchor, rowsOf: RowsOf): { number: number; row: number } => {
  if (anchor === undefined || anchor.number > log.last)
    return { number: log.last, row: log.size === 0 ? 0 : rowsOf(log.last).length - 1 };
  // What was dropped meanwhile was older than what is there.
  if (anchor.number < log.first) return { number: log.first, row: 0 };
  return { number: anchor.number, row: Math.min(anchor.row, rowsOf(anchor.number).length - 1) };
};

/** What is seen of a room: only as many entries are laid out as fill the height. */
export const viewOf = (log: RoomLog, anchor: Anchor, height: number, rowsOf: RowsOf): View => {
  if (log.size === 0 || height < 1) return { rows: [], below: 0 };
  const { number: from, row } = settled(log, anchor, rowsOf);
  let rows = rowsOf(from).slice(0, row + 1);
  for (let number = from - 1; number >= log.first && rows.length < height; number--)
    rows = [...rowsOf(number), ...rows];
  return { rows: rows.slice(-height), below: log.last - from };
};

/** The anchor with which the oldest row stands at the top. */
const topmost = (log: RoomLog, height: number, rowsOf: RowsOf): Anchor => {
  let left = height;
  for (let number = log.first; number <= log.last; number++) {
    const { length } = rowsOf(number);
    if (length >= left) return { number, row: left - 1 };
    left -= length;
  }
  return undefined;
};

const isBefore = (one: NonNullable<Anchor>, other: Anchor): boolean =>
  other === undefined || one.number < other.number || (one.number === other.number && one.row < other.row);

/** The anchor so many rows further up, so far as there is anything to see. */
export const scrolledUp = (
  log: RoomLog,
  anchor: Anchor,
  by: number,
  height: number,
  rowsOf: RowsOf,
): Anchor => {
  if (log.size === 0) return undefined;
  let { number, row } = settled(log, anchor, rowsOf);
  row -= by;
  while (row < 0 && number > log.first) {
    number -= 1;
    row += rowsOf(number).length;
  }
  const top = topmost(log, height, rowsOf);
  const moved = { number, row };
  return top === undefined || isBefore(moved, top) ? top : moved;
};

/** The anchor so many rows further down; undefined at the end, where what comes is followed. */
export const scrolledDown = (log: RoomLog, anchor: Anchor, by: number, rowsOf: RowsOf): Anchor => {
  if (anchor === undefined || log.size === 0) return undefined;
  let { number, row } = settled(log, anchor, rowsOf);
  row += by;
  while (number <= log.last && row >= rowsOf(number).length) {
    row -= rowsOf(number).length;
    number += 1;
  }
  const atEnd = number > log.last || (number === log.last && row === rowsOf(number).length - 1);
  return atEnd ? undefined : { number, row };
};
