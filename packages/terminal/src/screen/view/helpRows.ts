import type { ScreenModel } from "../ScreenModel.ts";
import { cellsOf } from "../text/cells.ts";
import { wrap } from "../text/wrap.ts";
import { ruleWith } from "./layOutEntry.ts";

type Line = readonly [string, string];

const KEYS: ReadonlyArray<Line> = [
  ["Enter", "send"],
  ["Alt-Enter, Ctrl-J", "another line"],
  ["Up, Down", "what was sent before"],
  ["Tab", "complete a name, #room or /command"],
  ["PageUp, PageDown", "scroll; Esc goes to the newest"],
  ["Ctrl-N, Ctrl-P", "next room, room before"],
  ["Alt-1 … Alt-9", "that room"],
  ["Alt-A", "a room with something unread"],
  ["Esc", "close the thread"],
  ["Alt-PageUp, -PageDown", "scroll the thread"],
  ["Ctrl-A, Ctrl-E", "begin and end of the line"],
  ["Alt-B, Alt-F", "a word back, a word on"],
  ["Ctrl-W, Ctrl-U, Ctrl-K", "cut a word, to begin, to end"],
  ["Ctrl-Y", "put back what was cut"],
  ["Ctrl-L", "draw the screen anew"],
  ["Ctrl-Z", "back to the shell; fg comes back"],
  ["Ctrl-C", "clear the line, or leave"],
];

const OWN: ReadonlyArray<Line> = [
  ["/clear", "empty this pane"],
  ["//text", "say /text"],
];

const layOut = ([name, what]: Line, width: number, column: number, bold: (text: string) => string) => {
  if (width - column < 16) {
    const rows = wrap(what, { first: width - 4, rest: width - 4 });
    return [
      ` ${bold(wrap(name, { first: width - 2, rest: width - 2 })[0]!)}`,
      ...rows.map((row) => `   ${row}`),
    ];
  }
  const rows = wrap(what, { first: width - column, rest: width - column });
  return rows.map((row, at) => {
    const left = at === 0 ? name : "";
    return ` ${bold(left)}${" ".repeat(Math.max(1, column - 1 - cellsOf(left)))}${row}`;
  });
};

/** The keys and commands, in the place of the messages. */
export const helpRows = (model: ScreenModel, width: number, height: number): ReadonlyArray<string> => {
  const { palette, chat } = model;
  const commands = chat.commands.map(({ usage, what }): Line => [usage, what]);
  const column = 2 + Math.min(30, Math.max(...[...KEYS, ...commands].map(([name]) => name.length)));
  const section = (lines: ReadonlyArray<Line>) =>
    lines.flatMap((line) => layOut(line, width, column, palette.bold));
  const all = [
    palette.dim(ruleWith("keys", width)),
    ...section(KEYS),
    palette.dim(ruleWith("commands", width)),
    ...section([...commands, ...OWN]),
  ];
  const free = Math.max(0, height - 1);
  const from = Math.max(0, Math.min(model.help ?? 0, all.length - free));
  model.help = from;
  const rows = all.slice(from, from + free);
  const more = all.length > free ? "PageDown for more, any other key closes" : "any key closes";
  return [
    ...rows,
    ...Array.from({ length: free - rows.length }, () => ""),
    palette.dim(ruleWith(more, width)),
  ];
};
