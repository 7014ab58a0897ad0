import type { HostileCase } from "@clickclack/markdown/testing/hostile/HostileCase";
import { hostileCases } from "@clickclack/markdown/testing/hostile/hostileCases";
import type { Channel, Message, Workspace } from "@clickclack/protocol/http/shapes";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { oneServer } from "../support/oneServer.ts";
import { sendFile } from "../support/uploadFile.ts";
import { launchChromium } from "./support/launchChromium.ts";
import { PageServer } from "./support/PageServer.ts";
import { Tripwire } from "./support/Tripwire.ts";

/** Requests at once. */
const WRITERS = 8;
/** Files that one person may send at once. */
const SENDERS = 4;
/** NUL and lone surrogates, which no text on the wire may have. */
const UNFIT = (text: string): boolean => text.includes("\0") || !text.isWellFormed();
const MAX_NAME = 80;

const clickclack = oneServer();
const cases = hostileCases();
const fit = cases.filter(({ text }) => !UNFIT(text));
const bodies = fit.filter(({ place }) => place === "body");
const names = fit.filter(({ place, text }) => place !== "body" && Array.from(text.trim()).length <= MAX_NAME);

let workspace: Workspace;
let channel: Channel;
let browser: Browser;
let pages: PageServer;

beforeAll(async () => {
  workspace = await clickclack.client.createWorkspace();
  channel = await clickclack.client.createChannel(workspace.id);
  [browser, pages] = await Promise.all([launchChromium(), PageServer.start()]);
});
afterAll(async () => {
  await browser?.close();
  await pages?.stop();
});

/** Does something with all of them, several at once. */
const eachAtOnce = async <A, B>(
  all: ReadonlyArray<A>,
  writers: number,
  act: (one: A) => Promise<B>,
): Promise<ReadonlyArray<B>> => {
  const results: Array<B> = [];
  const entries = all.entries();
  const work = async () => {
    for (const [at, one] of entries) results[at] = await act(one);
  };
  await Promise.all(Array.from({ length: writers }, work));
  return results;
};

const readAll = async (): Promise<ReadonlyMap<string, Message>> => {
  const read = new Map<string, Message>();
  for (let after = 0; ;) {
    const page = await clickclack.client.list(channel.id, `?limit=100&after_seq=${after}`);
    for (const message of page.messages) read.set(message.id, message);
    if (!page.has_newer) return read;
    after = page.newest_seq;
  }
};

const expectHarmless = async (shown: ReadonlyArray<HostileCase>): Promise<void> => {
  const tripwire = await Tripwire.open(browser, pages.url);
  const { found, outside } = await tripwire.show(shown, "safe").finally(() => tripwire.close());
  expect([...found].map(([index, what]) => [cases[index]!.text, [...what]])).toEqual([]);
  expect(outside).toEqual([]);
};

test("hostile messages are stored as they were written, and what the server gives back runs nothing", async () => {
  expect(bodies.length).toBeGreaterThan(1_000);
  const ids = await eachAtOnce(bodies, WRITERS, async ({ text }) => {
    const { message } = await clickclack.client.post(channel.id, text);
    expect(message.body).toBe(text.trim());
    return message.id;
  });
  const read = await readAll();
  const stored = bodies.map((one, at) => ({ ...one, text: read.get(ids[at]!)?.body ?? "not found" }));
  expect(stored.map(({ text }) => text)).toEqual(bodies.map(({ text }) => text.trim()));
  await expectHarmless(stored);
});

test("so are names of people and workspaces", async () => {
  expect(names.length).toBeGreaterThan(80);
  const stored = await eachAtOnce(names, WRITERS, async (one) => {
    const { client } = clickclack;
    const email = `${crypto.randomUUID()}@example.com`;
    const made = (await client.ok("POST", "/api/workspaces", { body: { name: one.text } })).workspace;
    expect(made.name).toBe(one.text.trim());
    const body = { email, display_name: one.text };
    const link = await client.request("POST", "/api/auth/magic/request", { body });
    // People are called something on one line.
    if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(one.text.trim())) expect(link.status).toBe(400);
    else {
      const { user } = await client.ok("POST", "/api/auth/magic/consume", {
        body: { token: link.body.token },
      });
      expect(user.display_name).toBe(one.text.trim());
    }
    return { ...one, text: made.name as string };
  });
  await expectHarmless(stored);
});

test("texts that could not be given back are refused, and would run nothing either", async () => {
  const unfit = cases.filter(({ text }) => UNFIT(text));
  expect(unfit.length).toBeGreaterThan(10);
  await eachAtOnce(unfit, WRITERS, async ({ text }) => {
    const path = `/api/channels/${channel.id}/messages`;
    const { status, body } = await clickclack.client.request("POST", path, { body: { body: text } });
    expect([status, body.code]).toEqual([400, "invalid_text"]);
  });
  await expectHarmless(unfit);
});

/** What a file may not be called: it would be refused. */
// oxlint-disable-next-line no-control-regex
const BAD_NAME = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f\ufffd]/;
/** Line breaks come as forms write them; a quote is read back. */
const asSent = (name: string): string =>
  name.replaceAll("%22", '"').replaceAll("\n", "%0A").replaceAll("\r", "%0D");

test("names of files are stored as they were given, or refused, and run nothing", async () => {
  const all = cases.filter(({ place }) => place === "fileName");
  expect(all.length).toBeGreaterThan(80);
  const refused = ({ text }: HostileCase) =>
    BAD_NAME.test(text) || !text.isWellFormed() || asSent(text).length > 255;
  const stored = await eachAtOnce(all, SENDERS, async (one) => {
    const file = { content: "x", filename: one.text };
    const { status, body } = await sendFile(clickclack.client, workspace.id, file);
    expect([one.text, status]).toEqual([one.text, refused(one) ? 400 : 201]);
    if (status === 400) return one;
    expect(body.upload.filename).toBe(asSent(one.text));
    await clickclack.client.ok("DELETE", `/api/uploads/${body.upload.id}`);
    return { ...one, text: body.upload.filename };
  });
  await expectHarmless(stored);
});
