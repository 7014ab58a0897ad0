import { describe, expect, it } from "vitest";
import { everythingInNats, everythingInPostgres } from "../support/everythingStored.ts";
import { oneServer } from "../support/oneServer.ts";

const clickclack = oneServer();

const PASSWORD = "correct horse battery staple";
const unique = () => `n${crypto.randomUUID().slice(0, 12)}`;

const world = async (terms: object = {}) => {
  const { client: owner } = await clickclack.client.signUp("Owner");
  const { id } = await owner.createWorkspace();
  const { invite } = await owner.ok("POST", `/api/workspaces/${id}/invites`, { body: terms });
  const register = (more: object = {}, headers: Readonly<Record<string, string>> = {}) => {
    const body = { invite_code: invite.code, display_name: "Nina", password: PASSWORD, ...more };
    return clickclack.client.request("POST", "/api/auth/register", { body, headers });
  };
  return { owner, id, invite, register };
};

const login = (identifier: string, password = PASSWORD) =>
  clickclack.client.request("POST", "/api/auth/password/login", { body: { identifier, password } });

describe("who registers by an invite", () => {
  it("has an account, a session and a password, and is a member", async () => {
    const { owner, id, register } = await world();
    const handle = unique();
    const { status, body, headers } = await register({ handle });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      user: { display_name: "Nina", handle, kind: "human" },
      workspace: { id, role: "member" },
    });
    expect(headers.get("Set-Cookie")).toContain(`cc_session=${body.token}; Path=/; HttpOnly; SameSite=Lax`);
    const nina = clickclack.client.withToken(body.token);
    expect((await nina.me()).id).toBe(body.user.id);
    expect((await nina.ok("GET", `/api/workspaces/${id}/channels`)).channels).toEqual([]);
    expect(await login(handle)).toMatchObject({ status: 200, body: { user: { id: body.user.id } } });
    const { entries } = await owner.ok("GET", `/api/workspaces/${id}/audit-log?type=invite.accepted`);
    expect(entries).toMatchObject([{ actor: { user_id: body.user.id, credential_id: body.session.id } }]);
  });

  it("comes into the invite's channel", async () => {
    const { owner, id } = await world();
    const channel = await owner.createChannel(id, "secret", "private");
    const terms = { role: "guest", channel_id: channel.id };
    const { invite } = await owner.ok("POST", `/api/workspaces/${id}/invites`, { body: terms });
    const body = { invite_code: invite.code, display_name: "Gus", password: PASSWORD };
    const done = await clickclack.client.ok("POST", "/api/auth/register", { body });
    expect(done).toMatchObject({ workspace: { role: "guest" }, channel_id: channel.id });
  });

  it("is refused with what is wrong, and leaves no account behind", async () => {
    const { owner, invite, register } = await world();
    const handle = unique();
    const refused = async (more: object, headers: Readonly<Record<string, string>> = {}) => {
      const { status, body } = await register({ handle, ...more }, headers);
      return [status, body.code];
    };
    expect(await refused({ invite_code: "0".repeat(20) })).toEqual([404, "not_found"]);
    expect(await refused({ password: "short" })).toEqual([400, "weak_password"]);
    expect(await refused({ password: handle })).toEqual([400, "weak_password"]);
    expect(await refused({ password: "x".repeat(65_536) })).toEqual([400, "invalid_request"]);
    expect(await refused({ handle: "no spaces" })).toEqual([400, "invalid_request"]);
    expect(await refused({}, { Origin: "https://evil.example" })).toEqual([403, "csrf_required"]);
    expect(await refused({}, { "Content-Type": "text/plain" })).toEqual([415, "unsupported_media_type"]);
    expect((await login(handle)).status).toBe(401);
    expect((await register({ handle })).status).toBe(201);
    expect(await refused({})).toEqual([409, "name_taken"]);
    await owner.ok("DELETE", `/api/invites/${invite.id}`);
    expect(await refused({ handle: unique() })).toEqual([404, "not_found"]);
  });

  it("of twelve at once for three uses three are let in, and the others can take their handles elsewhere", async () => {
    const { owner, id, register } = await world({ max_uses: 3 });
    const handles = Array.from({ length: 12 }, unique);
    const answers = await Promise.all(handles.map((handle) => register({ handle })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    const late = answers.flatMap(({ status, body }, i) => (status === 201 ? [] : [[handles[i]!, body.code]]));
    expect(new Set(late.map(([, code]) => code))).toEqual(new Set(["invite_used_up"]));
    const { members } = await owner.ok("GET", `/api/workspaces/${id}/members`);
    expect(members).toHaveLength(4);
    expect((await login(late[0]![0])).status).toBe(401);
    expect((await (await world()).register({ handle: late[0]![0] })).status).toBe(201);
  });
});

it("neither the password nor the code is written down anywhere", async () => {
  const { invite, register } = await world();
  const password = `canary-${crypto.randomUUID()}`;
  expect((await register({ password })).status).toBe(201);
  const { nats, db } = await clickclack.server.runFile();
  const stored = [...(await everythingInNats(nats)), ...(await everythingInPostgres(db))];
  const found = [...stored, { where: "output", text: clickclack.server.output }].filter(
    ({ text }) => text.includes(password) || text.toLowerCase().includes(invite.code),
  );
  expect(found.map(({ where }) => where)).toEqual([]);
  expect(stored.some(({ text }) => text.includes(invite.id))).toBe(true);
});
