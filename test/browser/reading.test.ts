import type { HostileCase } from "@clickclack/markdown/testing/hostile/HostileCase";
import { hostileCases } from "@clickclack/markdown/testing/hostile/hostileCases";
import type { Harness } from "@clickclack/markdown/testing/page/Harness";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "./support/launchChromium.ts";
import { PageServer } from "./support/PageServer.ts";

type Window = { readonly harness: Harness };
/** Links of hostile texts that are really clicked, and keys that are really pressed: each takes the browser's time. */
const CLICKS = 120;
const STYLE =
  "body{font:15px/1.45 sans-serif;width:640px;margin:16px;color:#1d1c1d}.message{padding:6px 10px;border-bottom:1px solid #eee}" +
  "p,ul,ol,pre,blockquote,table{margin:4px 0}pre,code{background:#f4f4f4;border-radius:3px}pre{padding:6px;white-space:pre-wrap}" +
  "blockquote{border-left:3px solid #ccc;padding-left:8px;color:#555}td,th{border:1px solid #ccc;padding:2px 8px}table{border-collapse:collapse}" +
  ".mention{background:#fff1c2;color:#8a5a00;border-radius:3px}.channel{color:#1264a3}.task{list-style:none}.align-right{text-align:right}";

let browser: Browser;
let pages: PageServer;
let elsewhere: PageServer;

beforeAll(async () => {
  [browser, pages, elsewhere] = await Promise.all([launchChromium(), PageServer.start(), PageServer.start()]);
});
afterAll(async () => {
  await browser?.close();
  await pages?.stop();
  await elsewhere?.stop();
});

const open = async (query = ""): Promise<Page> => {
  const page = await browser.newPage({ viewport: { width: 700, height: 900 } });
  await page.goto(`${pages.url}/${query}`);
  await page.waitForFunction("harness");
  await page.addStyleTag({ content: STYLE });
  return page;
};

const lay = (page: Page, cases: ReadonlyArray<HostileCase>): Promise<void> =>
  page.evaluate((shown) => (globalThis as unknown as Window).harness.lay(shown), cases);

const ran = (page: Page): Promise<ReadonlyArray<number>> =>
  page.evaluate(() => (globalThis as unknown as Window).harness.ran());

const message = (text: string, place: HostileCase["place"] = "body"): HostileCase => ({
  id: "typical",
  index: -1,
  family: "typical",
  place,
  text,
});

const TYPICAL = [
  "Good morning @channel, the **release** is _out_: https://example.com/releases/4.2?from=chat\nNotes in #announcements :tada:",
  "# Plan\n\n1. build\n2. ship\n   - tell @ann and @bob\n   - [x] write notes\n   - [ ] rest\n\n> quoted\n> twice\n\n~~old~~ `npm test` ends with `0`",
  "```ts\nconst answer = (question: string) => `<b>${question}</b>`; // @nobody\n```",
  "| part | state | ms |\n|:--|:-:|--:|\n| gateway | ok | 12 |\n| projector | **late** | 4,031 |",
  "![a diagram](https://example.com/d.png) and [the docs](https://example.com/docs), or ann@example.com",
  '<script>alert("hello")</script> <b>not bold</b> &amp; 1 < 2 [x](javascript:alert(1))',
  "שלום @ann — مرحبا\u202e abc",
];

test("a chat looks as people write it, and has the links, marks and blocks that it should have", async () => {
  const page = await open();
  await lay(page, [
    ...TYPICAL.map((text) => message(text)),
    message("photo\u202egnp.exe", "fileName"),
    message("Ada\u202e <b>", "name"),
  ]);
  const path = process.env["SCREENSHOT"];
  if (path !== undefined) await page.screenshot({ path, fullPage: true });
  const text = await page.locator("body").innerText();
  for (const seen of [
    '<script>alert("hello")</script> <b>not bold</b> & 1 < 2 [x](javascript:alert(1))',
    "const answer",
    "photo[U+202E]gnp.exe",
    "Ada <b>",
    "☑ write notes",
  ])
    expect(text).toContain(seen);
  expect(await page.locator(".mention").allInnerTexts()).toEqual(["@channel", "@ann", "@bob", "@ann"]);
  expect(await page.locator("pre code.language-ts").count()).toBe(1);
  expect(await page.locator("td.align-right").allInnerTexts()).toEqual(["12", "4,031"]);
  const anchors = await page.locator("a").all();
  const links = await Promise.all(anchors.map((one) => one.getAttribute("href")));
  expect(links).toEqual([
    "https://example.com/releases/4.2?from=chat",
    "https://example.com/d.png",
    "https://example.com/docs",
    "mailto:ann@example.com",
  ]);
  expect(await page.locator("img, script, b").count()).toBe(0);
  await page.close();
});

test("a link opens a page of its own, which learns nothing of the chat", async () => {
  const page = await open("?follow");
  await lay(page, [message(`[there](${elsewhere.url}/landed)`)]);
  const [popup] = await Promise.all([page.waitForEvent("popup"), page.locator("a").click()]);
  await popup.waitForURL(`${elsewhere.url}/landed`);
  await popup.waitForFunction("document.title === 'landed'");
  expect(await popup.evaluate("[window.opener, document.referrer]")).toEqual([null, ""]);
  expect(elsewhere.requests.find(({ path }) => path === "/landed")).toEqual({
    path: "/landed",
    referer: undefined,
  });
  expect(page.url()).toBe(`${pages.url}/?follow`);
  await page.close();
});

test("a real mouse and keyboard set nothing off either", async () => {
  const page = await open();
  const hostile = hostileCases().filter(({ family }) => !["sizes"].includes(family));
  const linked = hostile.filter(({ family }) => ["links", "structures", "wrapped"].includes(family));
  const events: Array<string> = [];
  page.on("popup", (popup) => events.push(`page ${popup.url()}`));
  page.on("dialog", (dialog) => events.push(`dialog ${dialog.message()}`));
  page.on("framenavigated", (frame) => events.push(`navigation ${frame.url()}`));
  await lay(page, linked);
  const links = await page.locator("a").count();
  expect(links).toBeGreaterThan(CLICKS);
  for (let at = 0; at < CLICKS; at++) {
    const link = page.locator("a").nth(Math.floor((at * links) / CLICKS));
    await link.hover({ force: true });
    await page.mouse.down();
    await page.mouse.up();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
  }
  await lay(page, hostile);
  for (let at = 0; at < CLICKS; at++) {
    await page.mouse.move(30 + (at % 20) * 30, 100 + (at % 7) * 100);
    await page.mouse.wheel(0, 400);
    await page.keyboard.press("Tab");
  }
  expect(await ran(page)).toEqual([]);
  expect(events).toEqual([]);
  await page.close();
});
