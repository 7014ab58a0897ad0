import type { ScreenModel } from "../ScreenModel.ts";
import { viewOf } from "../scroll/viewOf.ts";
import { cut, cellsOf } from "../text/cells.ts";
import { ruleWith } from "./layOutEntry.ts";

/** Lines that wait and are shown; the status line counts all. */
const MAX_PENDING_ROWS = 5;

const pendingRows = (model: ScreenModel, width: number): ReadonlyArray<string> => {
  const { chat, palette } = model;
  const lines = model.pending.shownIn(chat.room, Date.now(), chat.state._tag === "connected");
  return lines.slice(-MAX_PENDING_ROWS).map(({ text }) => {
    const note = width < 30 ? " …" : " (not sent yet)";
    return palette.dim(
      ` <${chat.username}> ${cut(text.replaceAll("\n", " "), Math.max(1, width - cellsOf(chat.username) - 4 - note.length))}${note}`,
    );
  });
};

/** What was said in the current room, as much as is seen; the newest at the bottom. */
export const messageRows = (model: ScreenModel, width: number, height: number): ReadonlyArray<string> => {
  if (width === 0 || height === 0) return [];
  const { anchor, palette } = model;
  const rowsOf = model.rowsOf(width);
  if (anchor === undefined) {
    const pending = pendingRows(model, width).slice(-Math.max(0, height - 1));
    const { rows } = viewOf(model.log, anchor, height - pending.length, rowsOf);
    const empty = Array.from({ length: height - pending.length - rows.length }, () => "");
    return [...empty, ...rows, ...pending];
  }
  const { rows } = viewOf(model.log, anchor, height - 1, rowsOf);
  const { newBelow } = model;
  const empty = Array.from({ length: height - 1 - rows.length }, () => "");
  const news = `${newBelow} new ${newBelow === 1 ? "message" : "messages"} below, Esc to see`;
  const mark =
    newBelow === 0
      ? palette.dim(ruleWith("scrolled back, Esc for the newest", width))
      : palette.alert(ruleWith(news, width));
  return [...empty, ...rows, mark];
};
