import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EventSocket } from "../support/EventSocket.ts";
import { everythingInNats, everythingInPostgres, type Stored } from "../support/everythingStored.ts";
import { oneServer } from "../support/oneServer.ts";
import { Browser } from "../support/signIn/Browser.ts";
import { OIDC_CLIENT, OidcServer } from "../support/signIn/OidcServer.ts";

const SECRET_KEY = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
const SMTP_PASSWORD = canary("smtp");

let oidc: OidcServer;

const clickclack = oneServer(async () => {
  oidc = await OidcServer.start();
  return {
    args: ["--sign-up", "open", "--sign-ins-per-address", "100000/1"],
    env: {
      LOG_LEVEL: "trace",
      CLICKCLACK_SECRET_KEY: SECRET_KEY,
      // Nobody listens there: each mail fails, and says so in the log.
      SMTP_URL: `smtp://chat:${SMTP_PASSWORD}@127.0.0.1:9`,
      MAIL_FROM: "chat@example.com",
      OIDC_ISSUER: oidc.issuer,
      OIDC_CLIENT_ID: OIDC_CLIENT.id,
      OIDC_CLIENT_SECRET: OIDC_CLIENT.secret,
    },
  };
});
beforeAll(() => oidc.allow([`${clickclack.url}/api/auth/oidc/callback`]));
afterAll(() => oidc?.stop());

function canary(what: string): string {
  return `canary-${what}-${crypto.randomUUID()}`;
}

/** What opens something, by what it is; and whether it may stand on the terminal, for its reader to type. */
const secrets = new Map<string, string>();
const keep = (what: string, secret: string): string => {
  secrets.set(`${what} ${secrets.size}`, secret);
  return secret;
};

/** Everything that was answered, and to what; an answer may hold a secret only where it hands it out. */
const answers: Array<{ readonly to: string; readonly text: string; readonly headers: string }> = [];

interface Sent {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

/** Sends a request as it is; `handsOut` says that its answer holds a secret by its purpose. */
const send = async (
  method: string,
  path: string,
  body: unknown,
  { headers = {}, handsOut = false }: { headers?: Record<string, string>; handsOut?: boolean } = {},
): Promise<Sent> => {
  const answer = await fetch(`${clickclack.url}${path}`, {
    method,
    redirect: "manual",
    headers: { "Content-Type": "application/json", ...headers },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!handsOut)
    answers.push({ to: `${method} ${path}`, text, headers: JSON.stringify([...answer.headers]) });
  const json = answer.headers.get("content-type")?.startsWith("application/json") === true;
  return { status: answer.status, body: json ? JSON.parse(text) : text };
};
const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

/** Asks a route in every wrong way that holds the secret: broken, of another type, from elsewhere, with another method. */
const abuse = async (path: string, field: string, rest: object): Promise<void> => {
  const secret = keep(`what was sent to ${path}`, canary("abused"));
  const body = { ...rest, [field]: secret };
  const text = JSON.stringify(body);
  await send("POST", path, text.slice(0, -1));
  await send("POST", path, `${text}${text}`);
  await send("POST", path, { ...body, [field]: [secret] });
  await send("POST", path, { ...body, [field]: `${secret}\0` });
  await send("POST", path, { ...body, [field]: secret.repeat(2_000) });
  await send("POST", path, body, { headers: { "Content-Type": "text/plain" } });
  await send("POST", path, body, { headers: { Origin: "https://elsewhere.example" } });
  await send("POST", path, body, { headers: { Cookie: `cc_session=${secret}` } });
  await send("POST", path, body, bearer(secret));
  await send("POST", path, body, { headers: { Authorization: `Basic ${secret}` } });
  await send("POST", path, { [field]: secret });
  await send("POST", path, body);
  await send("PUT", path, body);
};

const name = canary("display name");

/** Goes through every way of signing in, and what belongs to it. */
const live = async (): Promise<void> => {
  const link = async () => {
    const email = `${crypto.randomUUID()}@example.com`;
    const body = { email, display_name: name };
    const asked = await send("POST", "/api/auth/magic/request", body, { handsOut: true });
    return keep("a link", asked.body.token);
  };
  const consume = async () => {
    const used = await send("POST", "/api/auth/magic/consume", { token: await link() }, { handsOut: true });
    return { token: keep("a session", used.body.token), user: used.body.user };
  };
  await send("GET", "/api/me", undefined, bearer(await link()));
  const { token, user } = await consume();
  const me = bearer(token);

  const password = keep("a password", canary("password"));
  const wrong = keep("a wrong password", canary("wrong"));
  const next = keep("a new password", canary("next"));
  await send("POST", "/api/auth/password/change", { new_password: password }, me);
  await send("POST", "/api/auth/password/change", { current_password: wrong, new_password: next }, me);
  await send("POST", "/api/auth/password/login", { identifier: user.handle, password: wrong });
  await send("POST", "/api/auth/password/login", { identifier: wrong, password: wrong });
  const login = { identifier: user.handle, password };
  const opened = await send("POST", "/api/auth/password/login", login, { handsOut: true });
  keep("a session", opened.body.token);
  await send("POST", "/api/auth/logout", undefined, bearer(opened.body.token));

  const enrolled = await send("POST", "/api/me/totp", { password }, { ...me, handsOut: true });
  const secret = keep("a second factor", enrolled.body.secret);
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate();
  const confirmed = await send("POST", "/api/me/totp/confirm", { code }, { ...me, handsOut: true });
  expect(confirmed.status).toBe(200);
  for (const one of confirmed.body.recovery_codes) keep("a recovery code", one);
  await send("POST", "/api/auth/password/login", login);
  await send(
    "POST",
    "/api/auth/password/login",
    { ...login, totp_code: confirmed.body.recovery_codes[0] },
    {
      handsOut: true,
    },
  );

  const issued = await send("POST", "/api/me/tokens", { name: "laptop" }, { ...me, handsOut: true });
  expect(issued.status).toBe(201);
  const access = keep("an access token", JSON.stringify(issued.body).match(/cct_[0-9a-z]+/)![0]);
  await send("GET", "/api/me/sessions", undefined, me);
  await send("GET", "/api/me/tokens", undefined, bearer(access));
  const workspace = await send("POST", "/api/workspaces", { name: "Canaries" }, me);
  const bot = await clickclack.operator.createBot(workspace.body.workspace.id, ["bot:write"]);
  await send("GET", "/api/me", undefined, bearer(keep("a bot's token", bot.token.token)));
  const path = `/api/workspaces/${workspace.body.workspace.id}`;
  const invited = await send("POST", `${path}/invites`, {}, { ...me, handsOut: true });
  const invite = keep("an invite's code", invited.body.invite.code);
  const newcomer = {
    invite_code: invite,
    display_name: "New",
    password: keep("a password", canary("register")),
  };
  const registered = await send("POST", "/api/auth/register", newcomer, { handsOut: true });
  expect(registered.status).toBe(201);
  keep("a session", registered.body.token);
  await send("GET", `${path}/audit-log`, undefined, me);
  await send("GET", `/api/realtime/events?workspace_id=${workspace.body.workspace.id}`, undefined, me);
  const protocols = [`clickclack.bearer.${keep("a socket's token", canary("protocol"))}`];
  const workspaceId = workspace.body.workspace.id;
  await expect(
    EventSocket.open(clickclack.server.webSocketUrl, { workspaceId, protocols }),
  ).rejects.toThrow();
};

/** Signs in at a provider, and comes with what is not its own. */
const liveWithProvider = async (): Promise<void> => {
  keep("the client's secret", OIDC_CLIENT.secret);
  const start = `${clickclack.url}/api/auth/oidc/start?return_to=/app`;
  oidc.person = { sub: canary("sub"), name: "Ann", email: "canary@example.com", email_verified: true };
  const browser = new Browser();
  const callback = await browser.go(start, ({ pathname }) => pathname.endsWith("/callback"));
  keep("an authorization code", callback.url.searchParams.get("code")!);
  keep("a state", callback.url.searchParams.get("state")!);
  keep("a ticket", browser.cookie(clickclack.url, "cc_oauth")!);
  await new Browser().step(callback.url);
  await browser.step(callback.url);
  keep("a session", browser.cookie(clickclack.url, "cc_session")!);
  await browser.step(callback.url);
  await browser.step(
    `${clickclack.url}/api/auth/oidc/callback?code=${keep("a code", canary("code"))}&state=x`,
  );
  await browser.step(
    `${clickclack.url}/api/auth/oidc/callback?error=x&state=${keep("a state", canary("state"))}`,
  );
};

/** Last, as it ends development mode. */
const setUp = async (): Promise<void> => {
  const code = /code ([A-Z0-9]{4}-[A-Z0-9]{4})/.exec(clickclack.server.output)![1]!;
  const owner = { name: "Owner", email: "owner@example.com" };
  await send("POST", "/api/setup", { ...owner, code: keep("a wrong code", canary("setup")) });
  const password = keep("a password", canary("owner"));
  const done = await send("POST", "/api/setup", { ...owner, code, password }, { handsOut: true });
  expect(done.status).toBe(201);
  keep("a session", done.body.token);
  // Links are mailed from now on, to a server that is not there.
  await send("POST", "/api/auth/magic/request", { email: "owner@example.com" });
};

const ROUTES = [
  ["/api/auth/magic/consume", "token", {}],
  ["/api/auth/password/login", "password", { identifier: "ann" }],
  ["/api/auth/password/login", "identifier", { password: "whatever it is" }],
  ["/api/auth/password/login", "totp_code", { identifier: "ann", password: "whatever it is" }],
  ["/api/auth/password/change", "new_password", {}],
  ["/api/auth/password/change", "current_password", { new_password: "whatever it is" }],
  ["/api/auth/register", "password", { invite_code: "none", display_name: "New" }],
  ["/api/auth/register", "invite_code", { password: "whatever it is", display_name: "New" }],
  ["/api/setup", "password", { code: "none", name: "Owner", email: "o@example.com" }],
  ["/api/me/totp", "password", {}],
  ["/api/me/totp/confirm", "code", {}],
] as const;

/** Where one of the secrets stands, in whatever spelling; empty when nowhere. */
const found = (texts: ReadonlyArray<Stored>): ReadonlyArray<string> => {
  const spellings = [...secrets].flatMap(([what, secret]) => {
    const bytes = Buffer.from(secret);
    return [
      ...new Set([secret, encodeURIComponent(secret), bytes.toString("base64url"), bytes.toString("hex")]),
    ].map((spelling) => [what, spelling] as const);
  });
  return texts.flatMap(({ where, text }) =>
    spellings.filter(([, spelling]) => text.includes(spelling)).map(([what]) => `${what}: ${where}`),
  );
};

describe("what opens something", () => {
  let stored: ReadonlyArray<Stored> = [];
  beforeAll(async () => {
    keep("the deployment's key", SECRET_KEY);
    keep("the mail server's password", SMTP_PASSWORD);
    for (const [path, field, rest] of ROUTES) await abuse(path, field, rest);
    await live();
    await liveWithProvider();
    await setUp();
    const { nats, db } = await clickclack.server.runFile();
    stored = [...(await everythingInNats(nats)), ...(await everythingInPostgres(db))];
  });

  it("is looked for where it would be found: a name that everybody may know is there", () => {
    const places = stored
      .filter(({ text }) => text.includes(name))
      .map(({ where }) => where.split(/[ .]/)[0]!);
    expect(new Set(places)).toContain("IDENTITY");
    expect([...new Set(places)].some((place) => place.startsWith("rm_identity"))).toBe(true);
    expect(secrets.size).toBeGreaterThan(40);
  });

  it("is in no event, no key-value bucket, no object and no table", () => {
    expect(found(stored)).toEqual([]);
  });

  it("is in no line that the server wrote, at the most talkative level", () => {
    const { output } = clickclack.server;
    expect(output).toContain("could not be mailed");
    expect(found([{ where: "output", text: output }])).toEqual([]);
  });

  it("is in no error, no list and no header but where it is handed out", () => {
    expect(answers.length).toBeGreaterThan(150);
    const texts = answers.flatMap(({ to, text, headers }) => [
      { where: `the answer to ${to}`, text },
      { where: `headers of the answer to ${to}`, text: headers },
    ]);
    // The preview and list of invites show their maker the code again, which is their purpose.
    expect(found(texts)).toEqual([]);
  });
});
