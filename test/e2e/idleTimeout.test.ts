import { expect, it } from "vitest";
import { setTimeout as delay } from "node:timers/promises";
import type { ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";
import { until } from "../support/until.ts";

/** What is tested is the passing of time; the rest of it is done by a clock of the test's own, in unit tests. */
const IDLE_MS = 2_000;

const clickclack = oneServer({ args: ["--session-idle-timeout", "2s"] });

const statusOf = async (client: ApiClient) => (await client.request("GET", "/api/me")).status;
const gone = (client: ApiClient, deadlineMs: number) =>
  until(async () => (await statusOf(client)) === 401, { what: "the session to end", deadlineMs });

it("a session that is used stays, and one that is not ends and is listed no more", async () => {
  const { client, user } = await clickclack.client.signUp("Ann");
  const { accounts } = clickclack.operator.deployment;
  const idle = await accounts.openSession(user.id);
  const openedAt = Date.now();
  while (Date.now() - openedAt < 2 * IDLE_MS) {
    expect(await statusOf(client)).toBe(200);
    await delay(IDLE_MS / 4);
  }
  expect(await statusOf(client.withToken(idle.token))).toBe(401);
  const { sessions } = await client.ok("GET", "/api/me/sessions");
  expect(sessions).toMatchObject([{ current: true }]);
  const { credentials } = (await clickclack.operator.deployment.directory.findCurrent(user.id))!;
  expect([...credentials.values()].filter(({ kind }) => kind === "session")).toHaveLength(1);
});

it("a session ends when it lay idle for as long as that, however it is looked at", async () => {
  const { client, user } = await clickclack.client.signUp("Ann");
  const { id: workspaceId } = await client.createWorkspace();
  await client.me();
  const usedAt = Date.now();
  await delay(IDLE_MS + 50 - (Date.now() - usedAt));
  expect(await statusOf(client)).toBe(401);
  await expect(clickclack.watch({ workspaceId, headers: client.headers })).rejects.toMatchObject({
    status: 401,
  });
  const { directory } = clickclack.operator.deployment;
  expect((await directory.findCurrent(user.id))!.active).toBe(true);
});

it("an open socket is a use; without it the session ends", async () => {
  const { client } = await clickclack.client.signUp("Ann");
  const { id: workspaceId } = await client.createWorkspace();
  const socket = await clickclack.watch({ workspaceId, headers: client.headers });
  await delay(2 * IDLE_MS);
  expect(socket.closed).toBeUndefined();
  await socket.barrier();
  socket.close();
  // It is asked once, in the end: to ask is a use too.
  await delay(IDLE_MS + 500);
  expect(await statusOf(client)).toBe(401);
});

it("access tokens may lie idle", async () => {
  const { client } = await clickclack.client.signUp("Ann");
  const { secret } = await client.ok("POST", "/api/me/tokens", { body: { name: "cron" } });
  await delay(IDLE_MS + 100);
  expect(await statusOf(client.withToken(secret))).toBe(200);
  await gone(client, 1_000);
});

it("a use is written down now and then, not each time", async () => {
  const { client, user } = await clickclack.client.signUp("Ann");
  const { directory } = clickclack.operator.deployment;
  const uses: Array<string> = [];
  const following = directory.onChange((account) => {
    if (account.id !== user.id) return;
    for (const { lastUsedAt } of account.credentials.values())
      if (lastUsedAt !== undefined && !uses.includes(lastUsedAt)) uses.push(lastUsedAt);
  });
  await directory.find(user.id);
  const startedAt = Date.now();
  let asked = 0;
  while (Date.now() - startedAt < 2_500) {
    await client.me();
    asked++;
  }
  following.stop();
  expect(asked).toBeGreaterThan(50);
  expect(uses.length).toBeGreaterThanOrEqual(2);
  // A quarter of the timeout lies between two.
  expect(uses.length).toBeLessThanOrEqual(7);
});
