import type { ChatMessage } from "../../chat/Chat.ts";
import { calendarDay, clockTime } from "../../format/clockTime.ts";
import { mentions } from "../../format/mentions.ts";
import { notesOf } from "../../format/notesOf.ts";
import { placeName } from "../../format/placeName.ts";
import type { Palette } from "../../format/Palette.ts";
import { callsReader } from "../../format/renderEvent.ts";
import type { Entry, Remark } from "../scroll/RoomLog.ts";
import { cellsOf, cut } from "../text/cells.ts";
import { wrap } from "../text/wrap.ts";
import { describeDay } from "./describeDay.ts";

/** For whom, in which style and how wide entries are laid out. */
export interface Paper {
  readonly reader: string;
  /** The room that they are shown in; what was said elsewhere tells where. */
  readonly room: string;
  readonly palette: Palette;
  readonly width: number;
}

/** Cells of a name beside a text; a longer one is cut. */
const NAME_CELLS = 20;
/** From this width on seconds are shown, and below the other one no time at all. */
const SECONDS_FROM = 60;
const TIME_FROM = 30;
/** Rows begin under the text of the first one, if that leaves them this many cells; else a little further in. */
const HANGING_FROM = 24;
const LITTLE = 2;

/** A line of a pane's width with a word in it. */
export const ruleWith = (word: string, width: number): string => {
  const label = cut(word, width - 6);
  const left = `── ${label} `;
  return label === "" ? "─".repeat(width) : left + "─".repeat(Math.max(0, width - cellsOf(left)));
};

const timeOf = (ts: string, width: number): string => {
  if (width < TIME_FROM) return "";
  const time = clockTime(ts);
  return `${width < SECONDS_FROM ? time.slice(0, 5) : time} `;
};

const layOutMessage = (
  message: ChatMessage,
  { reader, room, palette, width }: Paper,
): ReadonlyArray<string> => {
  const { username, text, history, thread } = message;
  const called = callsReader(message, reader) && mentions(text, reader);
  const time = timeOf(message.ts, width);
  const elsewhere = message.room !== room;
  const nameCells = Math.min(NAME_CELLS, Math.floor(width / (elsewhere ? 4 : 3)));
  const name = cut(username, nameCells);
  const reply = elsewhere ? `${cut(placeName(message.room), nameCells)} ` : thread === undefined ? "" : "↳ ";
  const [before, after] = message.action ? ["* ", " "] : ["<", "> "];
  // One cell at the left marks what names the reader, with or without colours.
  const lead = 1 + cellsOf(time) + cellsOf(reply) + before.length + cellsOf(name) + after.length;
  const indent = width - lead >= HANGING_FROM ? lead : LITTLE;
  const style = (row: string) =>
    row === "" ? row : called ? palette.highlight(row) : history ? palette.dim(row) : row;
  const [first = "", ...rest] = wrap(text, { first: width - lead, rest: width - indent });
  const named = username === reader ? palette.bold(name) : palette.nick(name);
  const mark = called ? palette.alert(">") : " ";
  const notes = [...(message.edited ? ["edited"] : []), ...notesOf(message)].join(" · ");
  return [
    `${mark}${palette.dim(time)}${reply}${before}${named}${after}${style(first)}`,
    ...rest.map((row) => `${mark}${" ".repeat(indent - 1)}${style(row)}`),
    ...(notes === ""
      ? []
      : wrap(notes, { first: width - indent, rest: width - indent }).map(
          (row) => " ".repeat(indent) + palette.dim(row),
        )),
  ];
};

const layOutRemark = ({ tone, text }: Remark, { palette, width }: Paper): ReadonlyArray<string> => {
  const [sign, style] = tone === "alert" ? ["!! ", palette.alert] : ["-- ", palette.dim];
  const free = width - 1 - sign.length;
  return wrap(text, { first: free, rest: free }).map((row, at) => {
    const lead = at === 0 ? sign : " ".repeat(sign.length);
    return ` ${tone === "plain" ? palette.dim(lead) + row : style(lead + row)}`;
  });
};

/** An entry as rows of a pane's width at most. */
export const layOutEntry = (entry: Entry, paper: Paper): ReadonlyArray<string> => {
  if (entry._tag === "message") return layOutMessage(entry.message, paper);
  if (entry._tag === "remark") return layOutRemark(entry, paper);
  const text = `a message of ${entry.message.username} was removed`;
  return layOutRemark({ _tag: "remark", tone: "quiet", text, ts: entry.message.ts }, paper);
};

const momentOf = (entry: Entry): string => (entry._tag === "remark" ? entry.ts : entry.message.ts);
const kindOf = (entry: Entry): "missed" | "history" | "live" => {
  if (entry._tag === "remark") return "live";
  return entry.message.history ? "history" : entry.message.missed ? "missed" : "live";
};

/** Rows between an entry and the one before it: another day begins, or what was said while the reader was away. */
export const layOutGap = (
  before: Entry | undefined,
  entry: Entry,
  { palette, width }: Paper,
): ReadonlyArray<string> => {
  const words: Array<string> = [];
  const day = calendarDay(momentOf(entry));
  if (before ? day !== calendarDay(momentOf(before)) : entry._tag !== "remark")
    words.push(describeDay(momentOf(entry)));
  const kind = kindOf(entry);
  if (kind !== "live" && (!before || kindOf(before) !== kind))
    words.push(kind === "missed" ? "said while you were away" : "said before");
  if (before && kind === "live" && kindOf(before) !== "live") words.push("now");
  return words.length === 0 ? [] : [palette.dim(ruleWith(words.join(", "), width))];
};
