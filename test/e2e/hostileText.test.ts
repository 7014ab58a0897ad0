import type { Channel, Workspace } from "@clickclack/protocol/http/shapes";
import { beforeAll, describe, expect, it } from "vitest";
import { oneServer } from "../support/oneServer.ts";

const clickclack = oneServer();
let workspace: Workspace;
let channel: Channel;

beforeAll(async () => {
  workspace = await clickclack.client.createWorkspace();
  channel = await clickclack.client.createChannel(workspace.id);
});

/** Text that somebody may mean, and that is nobody's business to change. */
const TEXTS: ReadonlyArray<readonly [what: string, text: string]> = [
  [
    "all of Markdown",
    '# h1\n\n* a\n  1. b\n\n> q\n\n```ts\nconst x = `y`;\n```\n\n| a |\n|---|\n| 1 |\n\n[l](https://x.y "t") ![i](data:,x) ~~s~~ ***b***\n\n---\n\n- [x] done',
  ],
  ["white space inside", "a\n\n\n   b\t\tc  \r\nd\u00a0e\u2003f"],
  ["HTML", "<script>alert(1)</script><img src=x onerror=alert(1)><!-- c --><b>&amp;&lt;"],
  ["links that run", "[x](javascript:alert(1)) <javascript:alert(1)> data:text/html,<script>"],
  ["SQL", '\'); DROP TABLE chat.messages; -- "$1" $$ \\x00 %s {0}'],
  ["JSON", '{"type":"message.created","payload":{"a":[1,2]}}\\"\\n\\u0041'],
  ["subjects", "chat.0.*.> live.>"],
  ["a shell's", "$(rm -rf /) `id` ${HOME} %PATH% ; | & > /dev/null"],
  ["emoji and their joiners", "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇩🇪 1️⃣"],
  ["scripts from right to left, and marks that turn it", "שלום \u202eabc\u202c مرحبا \u2066x\u2069"],
  ["marks on marks", `Z${"\u0351\u0321\u0334".repeat(40)}algo`],
  ["letters that can be written in two ways", "e\u0301 \u00e9 \u212b \ufb01 ①"],
  ["characters of no width", "a\u200bb\u200cc\u200dd\u2060e\ufefff"],
  ["line ends of other kinds", "a\u2028b\u2029c\u0085d\u000be"],
  ["control characters", "a\u0001\u0007\u001b[31mred\u001b[0m\u007f\u0080"],
  ["the last characters", "\ufffd \uffff \ufffe \u{10ffff} \u{e0001}"],
  ["names of object parts", "__proto__ constructor toString hasOwnProperty"],
  ["a backslash at the end", "C:\\"],
];

describe("a message is stored as it was written", () => {
  it.each(TEXTS)("%s", async (_what, text) => {
    const { client } = clickclack;
    const live = await clickclack.watch({ workspaceId: workspace.id });
    const { message } = await client.post(channel.id, text);
    expect(message.body).toBe(text);
    expect((await client.ok("GET", `/api/messages/${message.id}`)).message).toEqual(message);
    expect((await client.list(channel.id, "?limit=1")).messages).toEqual([message]);
    const path = `/api/messages/${message.id}`;
    expect((await client.ok("PATCH", path, { body: { body: `${text}!` } })).message.body).toBe(`${text}!`);
    const quote = await client.post(channel.id, "see", { quoted_message_id: message.id });
    expect(quote.message.quoted_body_snapshot).toBe(`${text}!`);
    const { replies } = await client
      .ok("POST", `${path}/thread/replies`, { body: { body: text } })
      .then(() => client.ok("GET", `${path}/thread`));
    expect(replies[0].body).toBe(text);
    await live.barrier();
    // Events carry ids, never text.
    expect(JSON.stringify(live.events)).not.toContain(JSON.stringify(text).slice(1, -1));
    live.close();
  });
});

describe("names are stored as they were written", () => {
  const short = TEXTS.map(([what, text]) => [what, Array.from(text).slice(0, 60).join("").trim()] as const);

  it.each(short)("%s", async (_what, text) => {
    const { client } = clickclack;
    const named = (await client.ok("POST", "/api/workspaces", { body: { name: text } })).workspace;
    expect(named.name).toBe(text);
    expect(named.slug).toMatch(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/);
    const { workspaces } = await client.ok("GET", "/api/workspaces");
    expect(workspaces).toContainEqual(named);
    const details = { display_title: text, sidebar_section: text, external_ref: text };
    const name = `c${crypto.randomUUID()}`;
    const path = `/api/workspaces/${named.id}/channels`;
    const made = (await client.ok("POST", path, { body: { name, ...details } })).channel;
    expect(made).toMatchObject(details);
    expect((await client.ok("GET", path)).channels).toEqual([made]);
  });

  it.each(short)("and those of people, on one line: %s", async (_what, text) => {
    const email = `${crypto.randomUUID()}@example.com`;
    const path = "/api/auth/magic/request";
    if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) {
      const { status, body } = await clickclack.client.request("POST", path, {
        body: { email, display_name: text },
      });
      return expect([status, body.code]).toEqual([400, "invalid_request"]);
    }
    const link = await clickclack.client.ok("POST", path, { body: { email, display_name: text } });
    expect(link.magic_link.display_name).toBe(text);
    const { user } = await clickclack.client.ok("POST", "/api/auth/magic/consume", {
      body: { token: link.token },
    });
    expect(user.display_name).toBe(text);
    expect(user.handle).toMatch(/^[a-z0-9_-]{2,32}$/);
  });

  it.each([
    ["Straße & Café ☕", "straße-café"],
    ["  --General!!  ", "general"],
    ["日本語 チャンネル", "日本語-チャンネル"],
    ["ＦＵＬＬ　ＷＩＤＴＨ", "full-width"],
    ["<b>Bold</b>", "b-bold-b"],
    ["../../etc/passwd", "etc-passwd"],
    ["a.b*c>d", "a-b-c-d"],
    ["𐐀".repeat(80), "𐐨".repeat(80)],
  ])("but a channel's is a slug: %s is %s", async (name, slug) => {
    const { id } = await clickclack.client.createWorkspace();
    const { channel: made } = await clickclack.client.ok("POST", `/api/workspaces/${id}/channels`, {
      body: { name },
    });
    expect(made.name).toBe(slug);
    expect((await clickclack.client.ok("GET", `/api/workspaces/${id}/channels`)).channels).toEqual([made]);
  });
});

describe("nonces and reactions are told apart by every character", () => {
  it.each([
    ["e\u0301", "\u00e9"],
    ["a", "A"],
    ["a", "a "],
    ["a", "a\u200b"],
    ["*", ">"],
  ])("%j is not %j", async (one, other) => {
    const { client } = clickclack;
    const tag = crypto.randomUUID();
    const posted = await Promise.all(
      [one, other].map((nonce) => client.post(channel.id, "x", { nonce: `${tag}${nonce}` })),
    );
    expect(posted[0]!.message.id).not.toBe(posted[1]!.message.id);
    for (const [i, nonce] of [one, other].entries()) {
      const query = `workspace_id=${workspace.id}&nonce=${encodeURIComponent(`${tag}${nonce}`)}`;
      const { message } = await client.ok("GET", `/api/messages/by-nonce?${query}`);
      expect(message.id).toBe(posted[i]!.message.id);
    }
    const path = `/api/messages/${posted[0]!.message.id}/reactions`;
    await client.ok("POST", path, { body: { emoji: one } });
    const { reactions } = await client.ok("POST", path, { body: { emoji: other } });
    expect(reactions).toHaveLength(2);
  });
});
