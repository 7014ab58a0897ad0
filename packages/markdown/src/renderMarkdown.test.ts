import { describe, expect, test } from "vitest";
import { renderMarkdown } from "./renderMarkdown.ts";
import { hostileCases } from "./testing/hostile/hostileCases.ts";

interface Cpu {
  readonly user: number;
  readonly system: number;
}
/** The package knows no Node; its tests run in it. */
const { cpuUsage } = (globalThis as unknown as { process: { cpuUsage: (since?: Cpu) => Cpu } }).process;
const GUARDS = 'target="_blank" rel="noopener noreferrer nofollow"';
const bodies = hostileCases().filter(({ place }) => place === "body");

test.each([
  ["a line\nand another", "<p>a line<br>\nand another</p>\n"],
  ["**b** *i* ~~s~~ `c<` \\*", "<p><strong>b</strong> <em>i</em> <s>s</s> <code>c&lt;</code> *</p>\n"],
  ["<b>x</b> &amp; :tada:", "<p>&lt;b&gt;x&lt;/b&gt; &amp; :tada:</p>\n"],
  ["```C++ x\n<\n```", '<pre><code class="language-c++">&lt;\n</code></pre>\n'],
  ['```a"b\nx\n```', "<pre><code>x\n</code></pre>\n"],
  ["    indented", "<pre><code>indented\n</code></pre>\n"],
  ["> q", "<blockquote>\n<p>q</p>\n</blockquote>\n"],
  ["3. c", '<ol start="3">\n<li>c</li>\n</ol>\n'],
  ["- [X] d", '<ul>\n<li class="task"><span class="box">☑</span> d</li>\n</ul>\n'],
  ["- [y] d", "<ul>\n<li>[y] d</li>\n</ul>\n"],
  [
    "|a|\n|-:|\n|b|",
    '<table>\n<thead>\n<tr>\n<th class="align-right">a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td class="align-right">b</td>\n</tr>\n</tbody>\n</table>\n',
  ],
])("%j becomes %j", (source, html) => {
  expect(renderMarkdown(source)).toBe(html);
});

describe("links", () => {
  const linked = (href: string, text: string) => `<p><a href="${href}" ${GUARDS}>${text}</a></p>\n`;

  test.each([
    ["https://x.y/a?b=1&c#d", linked("https://x.y/a?b=1&amp;c#d", "https://x.y/a?b=1&amp;c#d")],
    ["HTTP://x.y", linked("HTTP://x.y", "HTTP://x.y")],
    ["<mailto:a@x.y>", linked("mailto:a@x.y", "mailto:a@x.y")],
    ["a@x.de", linked("mailto:a@x.de", "a@x.de")],
    ["https://пример.рф/ü", linked("https://xn--e1afmkfd.xn--p1ai/%C3%BC", "https://пример.рф/ü")],
    ["[t](https://x.y)", linked("https://x.y", "t")],
    ["<https://x.y/\u202ea>", linked("https://x.y/%E2%80%AEa", "https://x.y/%E2%80%AEa")],
  ])("%j is one", (source, html) => {
    expect(renderMarkdown(source)).toBe(html);
  });

  test.each([
    "[t](/relative)",
    "[t](#fragment)",
    "[t](//x.y)",
    "[t](javascript:x)",
    "[t](data:text/html,x)",
    "[t](ftp://x.y)",
    "[t](https:x.y)",
    "[t](mailto:)",
    "www.x.y",
    "readme.md",
    "//x.y",
  ])("%j is none", (source) => {
    expect(renderMarkdown(source)).not.toContain("<a");
  });

  test("an address that seems to lead elsewhere is cut where it seems to end", () => {
    const cut = linked("https://bank.example", "https://bank.example").replace("</p>", "@x.y</p>");
    for (const source of ["https://bank.example@x.y", "https://bank.example\\@x.y"])
      expect(renderMarkdown(source)).toBe(cut);
    expect(renderMarkdown("[t](https://bank.example@x.y)")).toContain("[t](");
  });

  test("an image is a link, so that nothing is loaded before the reader wants it", () => {
    const link = `<a ${GUARDS} href="https://x.y/i.png" class="image">`;
    expect(renderMarkdown("![a *b*](https://x.y/i.png)")).toBe(`<p>${link}a b</a></p>\n`);
    expect(renderMarkdown("![](https://x.y/i.png)")).toBe(`<p>${link}https://x.y/i.png</a></p>\n`);
    expect(renderMarkdown("[![a](https://x.y/i.png)](https://z.y)")).toBe(
      `<p><a href="https://z.y" ${GUARDS}>a</a></p>\n`,
    );
  });
});

describe("mentions and channels", () => {
  const mention = (name: string) =>
    `<span class="mention" data-handle="${name.toLowerCase()}">@${name}</span>`;
  const channel = (name: string) =>
    `<span class="channel" data-channel="${name.toLowerCase()}">#${name}</span>`;

  test.each([
    ["@Ann, @here!", `${mention("Ann")}, ${mention("here")}!`],
    ["**@ann** @ann-", `<strong>${mention("ann")}</strong> ${mention("ann")}-`],
    ["a@ann `@ann` @a", "a@ann <code>@ann</code> @a"],
    ["`@bob` @bob", `<code>@bob</code> ${mention("bob")}`],
    ["#General #日本語-1!", `${channel("General")} ${channel("日本語-1")}!`],
    ["a#b ##c `#d` &#35;e # f", "a#b ##c <code>#d</code> #e # f"],
    ["(#talk) #talk- #a#b", `(${channel("talk")}) ${channel("talk")}- #a#b`],
  ])("%j", (source, html) => {
    expect(renderMarkdown(source)).toBe(`<p>${html}</p>\n`);
  });
});

describe("bounds", () => {
  test("what is nested too deep is flat, and nothing of it is lost", () => {
    const html = renderMarkdown(`${"> ".repeat(200)}**deep**\n\n- after`);
    expect(html.match(/<blockquote>/g)!.length).toBeLessThan(40);
    expect(html).toContain("<strong>deep</strong>");
    const list = renderMarkdown(
      Array.from({ length: 90 }, (_, i) => `${"  ".repeat(i)}- item${i}`).join("\n"),
    );
    for (let i = 0; i < 90; i++) expect(list).toContain(`item${i}`);
  });

  test("a table of empty cells and a text that is too long are shown as they were written", () => {
    const table = `|${"a|".repeat(4_000)}\n|${"-|".repeat(4_000)}\n${"|\n".repeat(400)}<b>`;
    for (const source of [table, `**${"<".repeat(90_000)}**`]) {
      const html = renderMarkdown(source);
      expect(html).toMatch(/^<pre class="plain">[^]*<\/pre>\n$/);
      expect(html.length).toBeLessThan(5 * source.length);
    }
  });

  /** Milliseconds of processor time: how many others use the machine does not count. */
  const costOf = (source: string): number => {
    const before = cpuUsage();
    renderMarkdown(source);
    const { user, system } = cpuUsage(before);
    return (user + system) / 1_000;
  };
  /** Most take a tenth of a second; what grows with the square of the length would take minutes. */
  const MOST = 3_000;

  test.each([
    ..."[|![|[a](|![a](|> |- |1. |*a |_*|**a |`|` ``|<|<a |&|&lt;|~~|\\|@|@ann |a@b.c |#|#a |http://|https://a.b |(|[a]: b\n|[a]: <|-\n|=\n|~~~\n|[x] |- [ ] |a\n|[[]|\u0300|![a](https://a.b)|[![a](https://a.b)](https://a.b) ".split(
      "|",
    ),
    "|a|\n|-|\n",
    "||",
  ])("the longest text of %j is rendered in little time", { timeout: 60_000 }, (part) => {
    expect(costOf(part.repeat(Math.floor(40_000 / part.length)))).toBeLessThan(MOST);
  });
});

test("whatever hostile text comes in, only the tags and attributes that we write come out", () => {
  const TAGS = "p|br|hr|h[1-6]|strong|em|s|code|pre|blockquote|ul|ol|li|a|span|table|thead|tbody|tr|th|td";
  const ATTRIBUTES = "href|title|class|start|target|rel|data-handle|data-channel";
  const html = new RegExp(
    `^(?:[^<>&"]|&(?:amp|lt|gt|quot|#39);|</(?:${TAGS})>|<(?:${TAGS})(?: (?:${ATTRIBUTES})="[^"<>]*")*>)*$`,
  );
  const wrong = bodies.filter(({ text }) => !html.test(renderMarkdown(text)));
  expect(wrong.map(({ text }) => text)).toEqual([]);
  expect(html.test(bodies[0]!.text)).toBe(false);
});
