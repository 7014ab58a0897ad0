import { Box, Text, useCursor, useInput, usePaste } from "ink";
import { createElement, type ReactElement, useSyncExternalStore } from "react";
import type { FrameClock } from "../FrameClock.ts";
import { readKeys } from "../input/readKeys.ts";
import { type KeyEffects, paste, pressKey } from "../pressKey.ts";
import type { ScreenModel } from "../ScreenModel.ts";
import { headerRow } from "./headerRow.ts";
import { helpRows } from "./helpRows.ts";
import { layOutInput } from "./layOutInput.ts";
import { messageRows } from "./messageRows.ts";
import { sidebarRows } from "./sidebarRows.ts";
import { statusRow } from "./statusRow.ts";
import { threadRows } from "./threadRows.ts";

interface PaneProps {
  readonly rows: ReadonlyArray<string>;
  readonly width: number;
}

/** Rows that were laid out already. */
const Pane = ({ rows, width }: PaneProps): ReactElement | null =>
  rows.length === 0 || width === 0
    ? null
    : createElement(
        Box,
        { width, height: rows.length, flexShrink: 0, overflow: "hidden" },
        createElement(Text, { wrap: "truncate" }, rows.map((row) => row || " ").join("\n")),
      );

const Bar = ({ model, height }: { readonly model: ScreenModel; readonly height: number }): ReactElement =>
  createElement(Pane, { width: 1, rows: Array.from({ length: height }, () => model.palette.dim("│")) });

const Body = ({ model }: { readonly model: ScreenModel }): ReactElement => {
  const { body, sidebar, messages, thread } = model.layout;
  const wide = messages === 0 ? thread : messages;
  const middle =
    model.help !== undefined
      ? { width: wide, rows: helpRows(model, wide, body) }
      : { width: messages, rows: messageRows(model, messages, body) };
  const showsThread = thread > 0 && (messages > 0 || model.help === undefined);
  return createElement(
    Box,
    { flexDirection: "row", flexShrink: 0, height: body, width: model.size.columns },
    sidebar > 0 && createElement(Pane, { width: sidebar, rows: sidebarRows(model, sidebar, body) }),
    sidebar > 0 && createElement(Bar, { model, height: body }),
    createElement(Pane, middle),
    showsThread && messages > 0 && createElement(Bar, { model, height: body }),
    showsThread && createElement(Pane, { width: thread, rows: threadRows(model, thread, body) }),
  );
};

export interface ScreenProps {
  readonly model: ScreenModel;
  readonly frames: FrameClock;
  readonly effects: KeyEffects;
}

/** The whole screen, as the model stands. */
export const Screen = ({ model, frames, effects }: ScreenProps): ReactElement => {
  useSyncExternalStore(frames.subscribe, frames.frame);
  useInput((input, key) => {
    for (const typing of readKeys(input, key)) pressKey(model, typing, effects);
  });
  usePaste((text) => paste(model, text));
  const { setCursorPosition } = useCursor();
  const { columns, rows } = model.size;
  const { header, status, input, body } = model.layout;
  const typed = layOutInput(model.buffer, columns, input);
  setCursorPosition({ x: Math.min(typed.cursor.x, columns - 1), y: header + body + status + typed.cursor.y });
  return createElement(
    Box,
    { flexDirection: "column", width: columns, height: rows, overflow: "hidden" },
    header > 0 && createElement(Pane, { width: columns, rows: [headerRow(model, columns)] }),
    body > 0 && createElement(Body, { model }),
    status > 0 && createElement(Pane, { width: columns, rows: [statusRow(model, columns)] }),
    createElement(Pane, { width: columns, rows: typed.rows }),
  );
};
