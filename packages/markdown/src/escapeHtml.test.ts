import { expect, test } from "vitest";
import { escapeHtml } from "./escapeHtml.ts";

test("text stays text, between tags and in both kinds of quotes", () => {
  expect(escapeHtml(`<a href="x" title='y'>&amp;</a>`)).toBe(
    "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;",
  );
});
