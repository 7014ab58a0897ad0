import { readFile } from "node:fs/promises";
import { beforeAll, expect, it } from "vitest";
import { oneServer } from "../support/oneServer.ts";
import { PipedChat } from "../support/terminal/PipedChat.ts";

const clickclack = oneServer();

let token = "";
let slug = "";
let handle = "";
beforeAll(async () => {
  const { client } = clickclack;
  const ada = await client.signUp("Ada");
  ({ token } = ada);
  ({ handle } = ada.user);
  const workspace = await ada.client.createWorkspace("Entry");
  ({ slug } = workspace);
  await ada.client.ok("POST", `/api/workspaces/${workspace.id}/channels`, { body: { name: "general" } });
});

const chat = (...args: ReadonlyArray<string>) =>
  new PipedChat(["--url", clickclack.url, "--workspace", slug, ...args], { CLICKCLACK_TOKEN: token });

it("lines of a pipe are said in the workspace as the token's user, and its history is told before", async () => {
  const first = chat();
  expect(await first.ended("one\n/create ops\ntwo\n")).toBe(0);
  expect(first.out).toContain(`#general <${handle}> one`);
  expect(first.out).toContain(`#ops <${handle}> two`);
  const second = chat("--room", "ops");
  expect(await second.ended("three\n")).toBe(0);
  expect(second.out).toMatch(/two[\s\S]*three/);
  const { workspaces } = await clickclack.client.withToken(token).ok("GET", "/api/workspaces");
  const { channels } = await clickclack.client
    .withToken(token)
    .ok("GET", `/api/workspaces/${workspaces[0].id}/channels`);
  const { messages } = await clickclack.client.withToken(token).list(channels[1].id);
  expect(messages.map(({ body }) => body)).toEqual(["two", "three"]);
});

it("what cannot be had is said, with an exit code that tells", async () => {
  const elsewhere = chat("--room", "nowhere");
  expect(await elsewhere.ended("lost\n")).toBe(1);
  expect(elsewhere.err).toContain("there is no room nowhere");
  expect(elsewhere.err).toContain("not sent: lost");
  const other = new PipedChat(["--url", clickclack.url, "--workspace", "none", "--token", token]);
  expect(await other.ended("lost\n")).toBe(1);
  expect(other.err).toContain(`you belong to no workspace none; yours are: ${slug}`);
  const stranger = new PipedChat(["--url", clickclack.url, "--workspace", slug]);
  expect(await stranger.ended("lost\n")).toBe(2);
  expect(stranger.err).toContain("clickclack login");
});

it("the whole client takes less than 80 MB of memory", async () => {
  const client = chat();
  client.write("here\n");
  await client.until("here");
  const status = await readFile(`/proc/${client.child.pid}/status`, "utf8");
  const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]);
  expect(kilobytes).toBeGreaterThan(10_000);
  expect(kilobytes / 1_000).toBeLessThan(80);
  expect(await client.ended()).toBe(0);
});
