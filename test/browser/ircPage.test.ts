import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshName, IrcHttpClient } from "../support/IrcHttpClient.ts";
import { oneServer } from "../support/oneServer.ts";
import { launchChromium } from "./support/launchChromium.ts";

const one = oneServer();
let browser: Browser;
let page: Page;
const problems: Array<string> = [];

beforeAll(async () => {
  browser = await launchChromium();
  page = await browser.newPage();
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("401")) problems.push(message.text());
  });
  await page.goto(`${one.url}/irc`);
});
afterAll(() => browser?.close());

const say = async (text: string) => {
  await page.fill("#text", text);
  await page.press("#text", "Enter");
};

test("the page at /irc is a client: prompt, unread marks, and what was typed before", async () => {
  const nick = freshName("page");
  const [first, second] = [`#${freshName("c")}`, `#${freshName("d")}`];
  const http = await new IrcHttpClient(one.url).guest(freshName("http"));
  for (const channel of [first, second]) await http.join(channel);

  await page.fill("#nick", nick);
  await page.click("#guest");
  await say(`/join ${first}`);
  await page.waitForSelector(`#bar:has-text("${first}")`);
  await say("hello from the page");
  await page.waitForSelector(`#lines:has-text("<${nick}> hello from the page")`);
  expect((await http.until((it) => it.command === "PRIVMSG")).at(-1)).toMatchObject({
    from: nick,
    body: ["hello from the page"],
  });

  await say(`/join ${second}`);
  await page.waitForSelector(`#bar:has-text("${second}")`);
  await http.say(first, "<img src=x onerror=alert(1)>");
  const unread = await page.waitForSelector("#tabs button.unread");
  expect(await unread.textContent()).toBe(`${first} (1)`);
  expect(await page.title()).toBe("(1) IRC");
  await unread.click();
  await page.waitForSelector('#lines:has-text("<img src=x onerror=alert(1)>")');
  await page.waitForSelector("#lines .mark");
  expect(await page.locator("#lines img").count()).toBe(0);
  expect(await page.title()).toBe("IRC");

  await page.press("#text", "ArrowUp");
  await page.press("#text", "ArrowUp");
  expect(await page.inputValue("#text")).toBe("hello from the page");
  await page.press("#text", "ArrowDown");
  expect(await page.inputValue("#text")).toBe(`/join ${second}`);

  // A reload goes on where it was.
  await page.reload();
  await page.click(`#tabs button:has-text("${first}")`);
  await page.waitForSelector('#lines:has-text("hello from the page")');
  expect(problems).toEqual([]);
});
