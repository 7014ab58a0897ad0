import * as fc from "fast-check";
import { expect, test } from "vitest";
import { translateMrkdwn } from "./mrkdwn.ts";

const references = {
  handleOf: (id: string) => ({ U1: "ann", U2: "bob" })[id],
  channelOf: (id: string) => (id === "C1" ? "general-2" : undefined),
};
const text = (mrkdwn: string) => translateMrkdwn(mrkdwn, references).text;

test.each([
  ["*bold* and *two words*", "**bold** and **two words**"],
  ["_italic_ stays, ~gone~ does not", "_italic_ stays, ~~gone~~ does not"],
  ["2*3*4 and a * b * c", "2*3*4 and a * b * c"],
  ["*one\ntwo*", "*one\ntwo*"],
  ["*<https://example.com|a link>*", "**[a link](https://example.com)**"],
  ["<https://example.com/a?b=1&amp;c=2>", "https://example.com/a?b=1&c=2"],
  ["<https://example.com|https://example.com>", "https://example.com"],
  ["<https://example.com/*a*~b~|x>", "[x](https://example.com/*a*~b~)"],
  ["<https://example.com/(a)|a [b]>", "[a \\[b\\]](https://example.com/%28a%29)"],
  ["<mailto:ann@example.com|ann@example.com>", "ann@example.com"],
  ["<javascript:alert(1)|click>", "click (javascript:alert(1))"],
  ["<@U1> <@U2|robert> <@U9|zoe> <@U9>", "@ann @bob @zoe @U9"],
  ["<#C1|general> <#C9|other> <#C9>", "#general-2 #other #C9"],
  ["<!channel> <!here|here> <!everyone>", "@channel @here @everyone"],
  ["<!subteam^S1|@devs> <!date^1|{date}|today>", "@devs {date}|today"],
  ["1 &lt; 2 &amp;&amp; 3 &gt; 2, &amp;lt;", "1 < 2 && 3 > 2, &lt;"],
  ["&gt; quoted", "> quoted"],
  ["`*a* &lt;b&gt; <@U1>` *b*", "`*a* <b> <@U1>` **b**"],
  ["```\n*a*\n<https://example.com>\n``` ~b~", "```\n*a*\nhttps://example.com\n``` ~~b~~"],
  ["\uE0000\uE001<https://example.com>", "0https://example.com"],
])("of %j comes %j", (mrkdwn, markdown) => {
  expect(text(mrkdwn)).toBe(markdown);
});

test("tells whom it names, each once, and nobody who is named in code", () => {
  const { mentioned } = translateMrkdwn("<@U1> <@U1> <@U9> `<@U2>`", references);
  expect(mentioned).toEqual(["U1"]);
});

test("takes whatever is written, in a time that its length tells", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (mrkdwn) => {
      expect(typeof text(mrkdwn)).toBe("string");
    }),
  );
  for (const part of ["*a ", "~a", "`", "```", "<", "<@", "<a|", "* *", "&", "*a\t\t\t"]) {
    const began = performance.now();
    text(part.repeat(Math.floor(40_000 / part.length)));
    expect(performance.now() - began, part).toBeLessThan(2_000);
  }
});
