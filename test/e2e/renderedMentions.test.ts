import { renderMarkdown } from "@clickclack/markdown/renderMarkdown";
import { calledIn } from "@clickclack/markdown/references/calledIn";
import { hostileCases } from "@clickclack/markdown/testing/hostile/hostileCases";
import { parseMentions } from "@clickclack/workspace/mention/parseMentions";
import fc from "fast-check";
import { expect, test } from "vitest";

const byServer = (source: string): ReadonlySet<string> => {
  const { handles, audiences } = parseMentions(source);
  // no account has an empty handle
  return new Set([...handles.filter((handle) => handle !== ""), ...audiences]);
};

const marked = (source: string): ReadonlyArray<string> =>
  [...renderMarkdown(source).matchAll(/<span class="mention" data-handle="([^"]*)">/g)].map(
    ([, handle]) => handle!,
  );

const PARTS = [
  "@ann",
  "@bob-1",
  "@here",
  "@Everyone",
  "@x",
  "@@",
  "@",
  "-",
  "_",
  "*",
  "**",
  "`",
  "``",
  "```",
  "~~~",
  "~~",
  "\n",
  "\n\n",
  "    ",
  "> ",
  "- ",
  "[",
  "](https://x.y)",
  "\\",
  "a",
  "é",
  " ",
  ".",
  "/",
  "<",
  "|",
];
const text = fc.array(fc.constantFrom(...PARTS), { maxLength: 24 }).map((parts) => parts.join(""));

test("the renderer reads mentions as the server does", () => {
  fc.assert(
    fc.property(text, (source) => {
      expect(calledIn(source)).toEqual(byServer(source));
    }),
    { numRuns: 3_000 },
  );
  for (const { text: source } of hostileCases()) expect(calledIn(source)).toEqual(byServer(source));
});

test("whom the renderer marks, the server has called", () => {
  fc.assert(
    fc.property(text, (source) => {
      const called = byServer(source);
      for (const handle of marked(source)) expect(called).toContain(handle);
    }),
    { numRuns: 3_000 },
  );
});

test("in plain sentences everybody who is called is marked", () => {
  const word = fc.constantFrom("@ann", "@bob-1", "@here", "hello,", "(@c_d)", "*@eve*", "a@b.de", "#talk");
  const sentence = fc.array(word, { maxLength: 12 }).map((words) => words.join(" "));
  fc.assert(
    fc.property(sentence, (source) => {
      expect(new Set(marked(source))).toEqual(byServer(source));
    }),
  );
});
