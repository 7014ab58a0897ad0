import type { ScreenModel } from "../ScreenModel.ts";
import { cellsOf, cut } from "../text/cells.ts";

const someTyping = (names: ReadonlyArray<string>): string => {
  if (names.length === 0) return "";
  if (names.length > 3) return "several people are typing…";
  return `${names.join(", ")} ${names.length === 1 ? "is" : "are"} typing…`;
};

const waiting = ({ pending, chat }: ScreenModel): string => {
  const late = pending.shownIn(chat.room, Date.now(), chat.state._tag === "connected").length;
  return late === 0 ? "" : `${late} not sent yet`;
};

/** The line between the messages and the input: what Tab may complete, who types, what waits to be sent. */
export const statusRow = (model: ScreenModel, width: number): string => {
  const { chat, palette } = model;
  const candidates = model.completion.candidatesFor(model.buffer).map((one) => one.trim());
  const left =
    candidates.length > 0 ? candidates.join("  ") : someTyping(model.typing.in(chat.room, Date.now()));
  const right = waiting(model) || (model.buffer.text === "" && width >= 40 ? "? shows the keys" : "");
  const tail = right === "" ? "" : ` ${right} ──`;
  const head = left === "" ? "" : `── ${cut(left, Math.max(0, width - cellsOf(tail) - 6))} `;
  const rule = "─".repeat(Math.max(0, width - cellsOf(head) - cellsOf(tail)));
  return palette.dim(cut(head + rule + tail, width));
};
