import type { ScreenModel } from "../ScreenModel.ts";
import { ruleWith } from "./layOutEntry.ts";

/** The thread that is open: the message that began it, and what was answered. */
export const threadRows = (model: ScreenModel, width: number, height: number): ReadonlyArray<string> => {
  const { thread, palette } = model;
  if (!thread || width === 0 || height === 0) return [];
  const count = thread.replies.length;
  const words = count === 0 ? "no replies yet" : count === 1 ? "1 reply" : `${count} replies`;
  const all = [
    ...model.threadRowsOf(thread.root, width),
    palette.dim(ruleWith(words, width)),
    ...thread.replies.flatMap((reply) => model.threadRowsOf(reply, width)),
  ];
  const free = height - 1;
  const scroll = Math.max(0, Math.min(model.threadScroll, all.length - free));
  model.threadScroll = scroll;
  const rows = all.slice(Math.max(0, all.length - free - scroll), all.length - scroll);
  const title = palette.dim(ruleWith("thread, Esc closes it", width));
  return [title, ...rows, ...Array.from({ length: free - rows.length }, () => "")];
};
