import type { MarkdownIt, StateCore } from "markdown-it";

const BOX = /^\[([ xX])\][ \u00a0]/;

/** Turns a list item's leading `[ ]` or `[x]` into a box that is shown, not clicked. */
const markTasks = (state: StateCore): void => {
  const { tokens } = state;
  for (let at = 2; at < tokens.length; at++) {
    const first = tokens[at]!.type === "inline" ? tokens[at]!.children?.[0] : undefined;
    if (first?.type !== "text" || tokens[at - 2]!.type !== "list_item_open") continue;
    const done = BOX.exec(first.content)?.[1];
    if (done === undefined) continue;
    first.content = first.content.slice(BOX.exec(first.content)![0].length);
    const box = new state.Token("task", "span", 0);
    box.content = done === " " ? "☐" : "☑";
    tokens[at]!.children!.unshift(box);
    tokens[at - 2]!.attrJoin("class", "task");
  }
};

export const taskRule = (md: MarkdownIt): void => {
  md.core.ruler.push("tasks", markTasks);
  md.renderer.rules["task"] = (tokens, at) => `<span class="box">${tokens[at]!.content}</span> `;
};
