import { requireSetup } from "@clickclack/gateway/signIn/requireSetup";
import { expect, test } from "vitest";
import type { Deployment } from "../Deployment.ts";
import { openFirstRun } from "./FirstRun.ts";
import { ROLES, type Role } from "./Settings.ts";

const all = new Set<Role>(ROLES);
const deploymentOf = (owner: unknown) => ({ meta: { get: async () => owner } }) as unknown as Deployment;

test.each(["0.0.0.0", "::", "192.0.2.1", "chat.example.com"])(
  "on %s nothing is set up in the browser",
  async (host) => {
    const { setup, code } = await openFirstRun({ host, roles: all }, deploymentOf(undefined));
    expect([setup, code]).toEqual([undefined, undefined]);
    await expect(requireSetup({ setup })).rejects.toMatchObject({ code: "not_found" });
  },
);

test("a process without a gateway offers nothing", async () => {
  const roles = new Set<Role>(["commands"]);
  expect((await openFirstRun({ host: "127.0.0.1", roles }, deploymentOf(undefined))).code).toBeUndefined();
});

test("each process has a code of its own, while nobody owns the deployment", async () => {
  const open = (owner: unknown) => openFirstRun({ host: "127.0.0.1", roles: all }, deploymentOf(owner));
  const codes = await Promise.all([open(undefined), open(undefined)]);
  expect(new Set(codes.map(({ code }) => code)).size).toBe(2);
  for (const { code } of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
  const owned = await open({ user_id: "usr_1", at: "2026-11-28T12:00:00.000Z" });
  expect(owned.code).toBeUndefined();
  expect(await owned.setup!.refusal()).toMatchObject({ code: "conflict" });
});
