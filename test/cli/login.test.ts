import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ApiClient } from "../support/ApiClient.ts";
import { ClickClack } from "../support/ClickClack.ts";
import { freshDatabase, freshNats } from "../support/services.ts";
import { Cli, type Ran } from "./Cli.ts";

let server: ClickClack;
let operator: Cli;
let config = "";
let env: Record<string, string> = {};
const cli = new Cli();

beforeAll(async () => {
  const [nats, db] = await Promise.all([freshNats(), freshDatabase()]);
  server = await ClickClack.start({ nats: nats.url, db: db.url });
  operator = Cli.on(server.dataDir);
});
afterAll(() => server?.stop());

beforeEach(async () => {
  config = await mkdtemp(join(tmpdir(), "clickclack-config-"));
  env = { XDG_CONFIG_HOME: config };
  return () => rm(config, { recursive: true, force: true });
});

const file = () => join(config, "clickclack", "credentials.json");
const stored = async () => JSON.parse(await readFile(file(), "utf8"));
const link = async (name: string): Promise<string> =>
  operator.ok(["admin", "magic-link", "create", "--email", `${name}-${crypto.randomUUID()}@example.com`]);
const login = (more: ReadonlyArray<string>, stdin: string, url = server.url): Promise<Ran> =>
  cli.run(["login", "--url", url, ...more], { stdin, env });

describe("a login by a token", () => {
  test("from stdin is kept for its owner alone, and later commands act by it", async () => {
    const token = await link("ann");
    const done = await login(["--token-stdin"], `${token}\n`, `${server.url}/`);
    expect(done).toMatchObject({ code: 0, stderr: "" });
    const { current, servers } = await stored();
    expect(current).toBe(server.url);
    expect(servers[server.url]).toMatchObject({ session: true, token: expect.stringMatching(/^cct_/) });
    const { handle } = servers[server.url].user;
    expect(done.stdout).toBe(`Signed in to ${server.url} as @${handle}\n`);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect((await stat(join(config, "clickclack"))).mode & 0o777).toBe(0o700);

    const client = new ApiClient(server.url).withToken(servers[server.url].token);
    const workspace = await client.createWorkspace();
    const channel = await client.createChannel(workspace.id);
    const to = ["--channel", channel.id, "--url", server.url];
    await cli.ok(["send", ...to, "by the login"], { env });
    const { messages } = await cli.json(["messages", "list", ...to], { env });
    expect(messages).toMatchObject([{ body: "by the login", author: { handle } }]);
    const here = ["channels", "list", "--workspace", workspace.slug];
    for (const where of [["--data", server.dataDir], []])
      expect(await cli.ok([...here, ...where], { env })).toContain(channel.id);

    await cli.ok(["logout"], { env });
    expect((await client.request("GET", "/api/me")).status).toBe(401);
    expect(await stored()).toEqual({ servers: {} });
  });

  test("that stands in a link, or is an access token, is as good", async () => {
    const token = await link("bea");
    expect((await login([], `https://chat.example.com/sign-in#token=${token}`)).code).toBe(0);
    const { servers } = await stored();
    const access = servers[server.url].token;
    const again = await cli.json(["login", "--url", server.url, "--token-stdin"], { stdin: access, env });
    expect(again).toMatchObject({ url: server.url, user: servers[server.url].user });
    expect(JSON.stringify(again)).not.toContain(access);
    expect((await stored()).servers[server.url]).toMatchObject({ token: access, session: false });
  });

  test("that is no good is refused, keeps nothing, and is repeated nowhere", async () => {
    const used = await link("cleo");
    await login(["--token-stdin"], used);
    await rm(file());
    const forged = `cct_${"0".repeat(58)}`;
    for (const [token, code] of [
      [used, "(invalid_request)"],
      [forged, "(unauthenticated)"],
      ["hunter2", "(invalid_credentials)"],
    ] as const) {
      const ran = await login(["--token-stdin"], token);
      expect(ran).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining(code) });
      expect(ran.stderr).not.toContain(token);
    }
    await expect(stat(file())).rejects.toThrow("ENOENT");
  });

  test("comes at once by email where the server hands links out itself", async () => {
    const email = `dora-${crypto.randomUUID()}@example.com`;
    expect(await login(["--email", email], "")).toMatchObject({ code: 0 });
    expect(await cli.ok(["whoami", "--url", server.url], { env })).toContain(`at ${server.url}`);
  });
});

describe("whom a command acts as", () => {
  const whoami = async (more: ReadonlyArray<string>, variables: Record<string, string> = {}) =>
    (await cli.json(["whoami", ...more], { env: { ...env, ...variables } })).user.handle;

  test("is told by a token first, then by the login to that server, then by development mode", async () => {
    await login(["--token-stdin"], await link("eve"));
    const { servers } = await stored();
    const { handle } = servers[server.url].user;
    const captain = new ApiClient(server.url);
    const other = await captain.signUp("other");
    expect(await whoami(["--url", server.url])).toBe(handle);
    expect(await whoami([])).toBe(handle);
    expect(await whoami([], { CLICKCLACK_TOKEN: other.token })).toBe(other.user.handle);
    expect(await whoami(["--token", other.token])).toBe(other.user.handle);
    expect(await whoami(["--as", other.user.id])).toBe(other.user.handle);
    const elsewhere = server.url.replace("127.0.0.1", "localhost");
    expect(await whoami(["--url", elsewhere])).toBe("local-captain");
  });

  test("is nobody at a data folder that no server runs on, whoever is signed in elsewhere", async () => {
    await login(["--token-stdin"], await link("fay"));
    const ran = await cli.run(["whoami", "--data", join(config, "nothing")], { env });
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining("no server runs on") });
  });

  test("cannot be told from a file that is broken, which is not repeated", async () => {
    await login(["--token-stdin"], await link("gil"));
    await writeFile(file(), '{"servers":{"x":{"token":"cct_secret"}}}');
    const ran = await cli.run(["whoami", "--url", server.url], { env });
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining(`${file()} cannot be read`) });
    expect(ran.stderr).not.toContain("cct_secret");
  });
});

/** What a server says to passwords and codes: those of Ann, whose token is `cct_ann`. */
const judge = (path: string, { password, totp_code }: Record<string, unknown>): readonly [number, object] => {
  const refuse = (status: number, code: string) =>
    [status, { error: "no", code, request_id: "req_1" }] as const;
  if (path === "/api/me") return [200, { user: { id: "usr_ann", handle: "ann", display_name: "Ann" } }];
  if (path === "/api/auth/logout") return [204, {}];
  if (password !== "correct horse") return refuse(401, "invalid_credentials");
  if (totp_code === undefined) return refuse(401, "second_factor_required");
  return totp_code === "123456" ? [200, { token: "cct_ann" }] : refuse(401, "invalid_credentials");
};

describe("a login by a password", () => {
  const asked: Array<readonly [path: string, body: unknown, authorization: string | undefined]> = [];
  let strict: Server;
  let url = "";
  beforeAll(async () => {
    strict = createServer(async (request, response) => {
      const body = JSON.parse((await text(request)) || "{}");
      asked.push([request.url!, body, request.headers.authorization]);
      const [status, answer] = judge(request.url!, body);
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(status === 204 ? undefined : JSON.stringify(answer));
    });
    await new Promise<void>((done) => strict.listen(0, "127.0.0.1", done));
    url = `http://127.0.0.1:${(strict.address() as AddressInfo).port}`;
  });
  afterAll(() => void strict?.close());

  test("asks for the second factor where there is one, and logout ends the session there and here", async () => {
    const done = await login(["--user", "ann"], "correct horse\r\n123456\n", url);
    expect(done).toMatchObject({ code: 0, stdout: `Signed in to ${url} as @ann\n` });
    const credentials = { identifier: "ann", password: "correct horse" };
    expect(asked.map(([path, body]) => [path, body])).toEqual([
      ["/api/auth/password/login", credentials],
      ["/api/auth/password/login", { ...credentials, totp_code: "123456" }],
      ["/api/me", {}],
    ]);
    await login(["--token-stdin"], await link("hal"));
    expect(await cli.ok(["logout", "--url", url], { env })).toBe(`Signed out of ${url}`);
    expect(asked.at(-1)).toEqual(["/api/auth/logout", {}, "Bearer cct_ann"]);
    expect(Object.keys((await stored()).servers)).toEqual([server.url]);
    expect((await cli.run(["logout", "--url", url], { env })).code).toBe(1);
  });

  test("is refused for a wrong password or code, neither of which is repeated", async () => {
    for (const stdin of ["wrong horse", "correct horse\n654321"]) {
      const ran = await login(["--user", "ann"], stdin, url);
      expect(ran).toMatchObject({ code: 1, stdout: "", stderr: "clickclack: no (invalid_credentials)\n" });
    }
    await expect(stat(file())).rejects.toThrow("ENOENT");
  });

  test("wants one line for each question, and none that is too long", async () => {
    expect((await login(["--user", "ann"], "correct horse\n", url)).code).toBe(2);
    const long = await login(["--user", "ann"], "x".repeat(200_000), url);
    expect(long).toMatchObject({ code: 2, stderr: "clickclack: the line on stdin is too long\n" });
  });

  test("is kept when its server cannot be told of a logout, unless it need not be", async () => {
    await login(["--user", "ann"], "correct horse\n123456\n", url);
    const { servers } = await stored();
    const gone = "http://127.0.0.1:9";
    await writeFile(file(), JSON.stringify({ current: gone, servers: { [gone]: servers[url] } }));
    const ran = await cli.run(["logout"], { env });
    expect(ran).toMatchObject({ code: 1, stderr: `clickclack: no server answers at ${gone}\n` });
    await cli.ok(["logout", "--forget-only"], { env });
    expect(await stored()).toEqual({ servers: {} });
  });
});
