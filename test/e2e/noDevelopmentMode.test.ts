import { expect, it } from "vitest";
import { ApiClient } from "../support/ApiClient.ts";
import { EventSocket } from "../support/EventSocket.ts";
import { oneServer } from "../support/oneServer.ts";

const clickclack = oneServer({ args: ["--no-dev"] });

it("a server without development mode says why, and acts for nobody who does not sign in", async () => {
  expect(clickclack.server.output).toContain("development mode is off");
  const { accounts } = clickclack.operator.deployment;
  const actor = { user_id: "system" };
  const id = await accounts.create({ kind: "human", displayName: "Ann" }, actor);
  for (const client of [clickclack.client, clickclack.client.as(id), new ApiClient(clickclack.url)]) {
    const answer = await client.request("GET", "/api/me");
    expect([answer.status, answer.body.code]).toEqual([401, "unauthenticated"]);
  }
  const upgrade = EventSocket.open(clickclack.server.webSocketUrl, { workspaceId: "wsp_x" });
  await expect(upgrade).rejects.toMatchObject({ status: 401 });

  const { token } = await accounts.issueToken(id, "laptop", actor);
  const signedIn = clickclack.client.withToken(token);
  expect((await signedIn.me()).id).toBe(id);
  expect((await signedIn.ok("GET", "/api/workspaces")).workspaces).toEqual([]);
  expect((await signedIn.createWorkspace("Acme")).role).toBe("owner");
});

it("a server without development mode hands out no links, but takes those that an administrator made", async () => {
  const answer = await clickclack.client.request("POST", "/api/auth/magic/request", {
    body: { email: "ann@example.com" },
  });
  expect([answer.status, answer.body.code]).toEqual([501, "not_configured"]);
  const { accounts } = clickclack.operator.deployment;
  const actor = { user_id: "system" };
  const id = await accounts.findOrCreate(
    { kind: "human", displayName: "Bob", email: "bob@example.com" },
    actor,
  );
  const link = await accounts.issueMagicLink(id, actor);
  const { user } = await clickclack.client.ok("POST", "/api/auth/magic/consume", {
    body: { token: link.token },
  });
  expect(user.id).toBe(id);
});
