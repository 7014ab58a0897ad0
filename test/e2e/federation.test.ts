import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { oneServer } from "../support/oneServer.ts";
import { Browser, type Landed } from "../support/signIn/Browser.ts";
import { GITHUB_CLIENT, GitHubServer } from "../support/signIn/GitHubServer.ts";
import { OIDC_CLIENT, OidcServer, OTHER_CLIENT } from "../support/signIn/OidcServer.ts";

let oidc: OidcServer;
let gitHub: GitHubServer;

const clickclack = oneServer(async () => {
  [oidc, gitHub] = await Promise.all([OidcServer.start(), GitHubServer.start()]);
  return {
    args: ["--no-dev", "--sign-up", "open"],
    env: {
      OIDC_ISSUER: oidc.issuer,
      OIDC_CLIENT_ID: OIDC_CLIENT.id,
      OIDC_CLIENT_SECRET: OIDC_CLIENT.secret,
      OIDC_NAME: "Our sign-in",
      GITHUB_CLIENT_ID: GITHUB_CLIENT.id,
      GITHUB_CLIENT_SECRET: GITHUB_CLIENT.secret,
      GITHUB_URL: gitHub.url,
      GITHUB_API_URL: `${gitHub.url}/api`,
    },
  };
});

beforeAll(() => oidc.allow([`${clickclack.url}/api/auth/oidc/callback`]));
beforeEach(() => {
  oidc.tamper = undefined;
  gitHub.cancels = false;
});
afterAll(async () => {
  await Promise.all([oidc?.stop(), gitHub?.stop()]);
});

type Id = "oidc" | "github";

const OPERATOR = { user_id: "system" };
const fresh = (): string => `x${crypto.randomUUID().slice(0, 13)}`;
const start = (id: Id, returnTo = "/app"): string =>
  `${clickclack.url}/api/auth/${id}/start?${new URLSearchParams({ return_to: returnTo })}`;
const isCallback = (url: URL): boolean => url.pathname.endsWith("/callback");
const isOurs = (url: URL): boolean => url.origin === clickclack.url && !url.pathname.startsWith("/api/auth/");

/** Somebody new at a provider, who signs in there next. */
const arrives = (id: Id, { email = `${fresh()}@example.com`, verified = true, subject = fresh() } = {}) => {
  const number = Number.parseInt(subject.slice(1, 9), 16) || 1;
  oidc.person = { sub: subject, name: "Ann", email, email_verified: verified };
  gitHub.person = { id: number, login: subject, name: "Ann", emails: [{ email, primary: true, verified }] };
  return { email, subject: id === "oidc" ? subject : String(number) };
};

/** Starts and goes through the provider, as far as the address that it sends the browser back to. */
const comeBack = async (browser: Browser, id: Id, returnTo?: string): Promise<URL> =>
  (await browser.go(start(id, returnTo), isCallback)).url;
/** All the way; ends before the page of ours that the browser is sent to. */
const signIn = (browser: Browser, id: Id, returnTo?: string): Promise<Landed> =>
  browser.go(start(id, returnTo), isOurs);

const session = (browser: Browser): string | undefined => browser.cookie(clickclack.url, "cc_session");
const me = async (browser: Browser) => (await clickclack.client.withToken(session(browser)!).me()).id;
const errorOf = ({ url }: Landed): string | null =>
  url.pathname === "/sign-in" ? url.searchParams.get("error") : `landed at ${url.href}`;
const accounts = () => clickclack.operator.deployment.accounts;
const account = (email: string) =>
  accounts().create({ kind: "human", displayName: "Known", email }, OPERATOR);

describe.each(["oidc", "github"] as const)("signing in with %s", (id) => {
  it("makes an account for somebody new, and finds it again by who the provider says that is", async () => {
    const { email, subject } = arrives(id);
    const [first, second] = [new Browser(), new Browser()];
    const landed = await signIn(first, id, "/app/channels?a=b#c");
    expect(landed.url.href).toBe(`${clickclack.url}/app/channels?a=b#c`);
    const userId = await me(first);
    expect((await accounts().findByEmail(email))!.id).toBe(userId);
    // Another address at the provider: still the same person.
    arrives(id, { subject: id === "oidc" ? subject : oidc.person.sub });
    await signIn(second, id);
    expect(await me(second)).toBe(userId);
    expect(session(second)).not.toBe(session(first));
    expect(clickclack.server.output).not.toContain(session(first)!);
  });

  it("opens the account that has the verified email already", async () => {
    const { email } = arrives(id);
    const userId = await account(email.toUpperCase());
    const browser = new Browser();
    await signIn(browser, id);
    expect(await me(browser)).toBe(userId);
  });

  it("opens no account by an email that is not verified, and makes none for it", async () => {
    const { email } = arrives(id, { verified: false });
    await account(email);
    const browser = new Browser();
    expect(errorOf(await signIn(browser, id))).toBe("email_unverified");
    expect(session(browser)).toBeUndefined();
  });

  it("does not open an account that another person of the same provider is linked to", async () => {
    const { email } = arrives(id);
    await signIn(new Browser(), id);
    arrives(id, { email });
    const browser = new Browser();
    expect(errorOf(await signIn(browser, id))).toBe("linked_elsewhere");
    expect(session(browser)).toBeUndefined();
    // The refused one is held by nobody: with an address of its own it gets in.
    const own = `${fresh()}@example.com`;
    oidc.person = { ...oidc.person, email: own };
    gitHub.person = { ...gitHub.person, emails: [{ email: own, primary: true, verified: true }] };
    const again = new Browser();
    await signIn(again, id);
    expect((await accounts().findByEmail(own))!.id).toBe(await me(again));
  });

  it("does not open an account that is deactivated", async () => {
    const { email } = arrives(id);
    const browser = new Browser();
    await signIn(browser, id);
    await accounts().deactivate((await accounts().findByEmail(email))!.id, OPERATOR);
    expect(errorOf(await signIn(new Browser(), id))).toBe("account_closed");
  });

  it("opens a new session, whatever cookie the browser came with", async () => {
    const fixed = new Browser();
    arrives(id);
    const attacker = new Browser();
    await signIn(attacker, id);
    fixed.setCookie(clickclack.url, "cc_session", session(attacker)!);
    arrives(id);
    await signIn(fixed, id);
    expect(session(fixed)).not.toBe(session(attacker));
    expect(await me(fixed)).not.toBe(await me(attacker));
  });

  it("puts no token into any address", async () => {
    arrives(id);
    const browser = new Browser();
    const landed = await signIn(browser, id);
    for (const url of [...browser.visited, landed.url]) {
      expect(url.href).not.toContain(session(browser));
      expect(url.href).not.toContain("secret-canary");
    }
    expect(clickclack.server.output).not.toContain("secret-canary");
  });

  it("is refused to a callback that is repeated", async () => {
    arrives(id);
    const browser = new Browser();
    const callback = await comeBack(browser, id);
    const ticket = browser.cookie(clickclack.url, "cc_oauth")!;
    await browser.step(callback);
    expect(session(browser)).toBeDefined();
    expect(browser.cookie(clickclack.url, "cc_oauth")).toBeUndefined();
    const replaying = new Browser();
    replaying.setCookie(clickclack.url, "cc_oauth", ticket);
    expect(errorOf(await replaying.go(callback, isOurs))).toBe("state_unknown");
    expect(session(replaying)).toBeUndefined();
  });

  it("is refused to a browser that did not start it, so that nobody is signed in as somebody else", async () => {
    arrives(id);
    const callback = await comeBack(new Browser(), id);
    const victim = new Browser();
    expect(errorOf(await victim.go(callback, isOurs))).toBe("state_unknown");
    await comeBack(victim, id);
    expect(errorOf(await victim.go(callback, isOurs))).toBe("state_unknown");
    expect(session(victim)).toBeUndefined();
  });

  it("is refused with a foreign state, a state of the other provider, and a changed cookie", async () => {
    arrives(id);
    const browser = new Browser();
    const callback = await comeBack(browser, id);
    const refused = async (url: URL) => expect(errorOf(await browser.go(url, isOurs))).toBe("state_unknown");
    for (const state of ["", "x", "%00", callback.searchParams.get("state")!.slice(1)]) {
      const foreign = new URL(callback);
      foreign.searchParams.set("state", state);
      const answer = await browser.step(foreign);
      expect([302, 400]).toContain(answer.status);
      expect(answer.headers.get("Location") ?? "/sign-in?error=state_unknown").toContain("state_unknown");
    }
    const other = new URL(callback);
    other.pathname = other.pathname.replace(id, id === "oidc" ? "github" : "oidc");
    await refused(other);
    const ticket = browser.cookie(clickclack.url, "cc_oauth")!;
    browser.setCookie(clickclack.url, "cc_oauth", `A${ticket.slice(1, -4)}AAAA`, "/api/auth");
    await refused(callback);
    expect(session(browser)).toBeUndefined();
    // None of it has used the right one up.
    browser.setCookie(clickclack.url, "cc_oauth", ticket, "/api/auth");
    await browser.step(callback);
    expect(session(browser)).toBeDefined();
  });

  it.each([
    "//elsewhere.example",
    "/\\elsewhere.example",
    "https://elsewhere.example",
    "/\t/elsewhere.example",
    "%2f%2felsewhere.example",
    "/%2f%2felsewhere.example",
    "/.//elsewhere.example",
    "/x\r\nX: y",
  ])("leads nowhere but home for %j", async (returnTo) => {
    arrives(id);
    const landed = await signIn(new Browser(), id, returnTo);
    expect(landed.headers.get("Location")).toBe("/");
  });
});

describe("an id_token", () => {
  const payloadOf = (token: string) =>
    JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as Record<string, unknown>;

  it("that was changed signs nobody in", async () => {
    const victim = arrives("oidc");
    await signIn(new Browser(), "oidc");
    arrives("oidc");
    oidc.tamper = (answer) => {
      const [header, , signature] = String(answer["id_token"]).split(".");
      const claims = { ...payloadOf(String(answer["id_token"])), sub: victim.subject };
      const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
      return { ...answer, id_token: `${header}.${payload}.${signature}` };
    };
    const browser = new Browser();
    expect(errorOf(await signIn(browser, "oidc"))).toBe("provider_refused");
    expect(session(browser)).toBeUndefined();
  });

  it("without a signature signs nobody in", async () => {
    arrives("oidc");
    oidc.tamper = (answer) => {
      const header = Buffer.from('{"alg":"none"}').toString("base64url");
      return { ...answer, id_token: `${header}.${String(answer["id_token"]).split(".")[1]}.` };
    };
    expect(errorOf(await signIn(new Browser(), "oidc"))).toBe("provider_refused");
  });

  it("that was made for another application signs nobody in, though the provider signed it", async () => {
    const browser = new Browser();
    arrives("oidc");
    const { url } = await browser.go(start("oidc"), (next) => next.origin === oidc.issuer);
    const foreign = await tokenOfAnotherApp(url.searchParams.get("nonce")!);
    const claims = payloadOf(foreign);
    expect([claims["aud"], claims["nonce"]]).toEqual([OTHER_CLIENT.id, url.searchParams.get("nonce")]);
    oidc.tamper = (answer) => ({ ...answer, id_token: foreign });
    expect(errorOf(await browser.go(url, isOurs))).toBe("provider_refused");
    expect(session(browser)).toBeUndefined();
  });

  it("of an earlier sign-in signs nobody in once more", async () => {
    arrives("oidc");
    let kept: unknown;
    oidc.tamper = (answer) => {
      kept = answer["id_token"];
      return answer;
    };
    await signIn(new Browser(), "oidc");
    oidc.tamper = (answer) => ({ ...answer, id_token: kept });
    expect(errorOf(await signIn(new Browser(), "oidc"))).toBe("provider_refused");
  });

  const tokenOfAnotherApp = async (nonce: string): Promise<string> => {
    const query = new URLSearchParams({
      client_id: OTHER_CLIENT.id,
      redirect_uri: OTHER_CLIENT.redirectUri,
      response_type: "code",
      scope: "openid",
      nonce,
    });
    const { url } = await new Browser().go(`${oidc.issuer}/auth?${query}`, isCallback);
    const answer = await fetch(`${oidc.issuer}/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code",
        code: url.searchParams.get("code")!,
        redirect_uri: OTHER_CLIENT.redirectUri,
        client_id: OTHER_CLIENT.id,
        client_secret: OTHER_CLIENT.secret,
      }),
    });
    return ((await answer.json()) as { id_token: string }).id_token;
  };
});

describe("an account with a second factor", () => {
  it("asks for its code whoever vouches, and opens no session before", async () => {
    arrives("oidc");
    const known = new Browser();
    await signIn(known, "oidc");
    const owner = clickclack.client.withToken(session(known)!);
    const { secret } = await owner.ok("POST", "/api/me/totp", { body: {} });
    const totp = new TOTP({ secret: Secret.fromBase32(secret) });
    const now = Date.now();
    const confirmation = totp.generate({ timestamp: now });
    await owner.ok("POST", "/api/me/totp/confirm", { body: { code: confirmation } });

    const browser = new Browser();
    const landed = await signIn(browser, "oidc", "/app/x");
    expect(landed.headers.get("Location")).toBe("/sign-in?second_factor=1&return_to=%2Fapp%2Fx");
    expect(session(browser)).toBeUndefined();
    const link = browser.cookie(clickclack.url, "cc_link")!;
    expect(link).toMatch(/^mgt_/);
    const consume = (code: object, cookie: string) =>
      clickclack.client.request("POST", "/api/auth/magic/consume", {
        headers: { Cookie: cookie },
        body: { token: "cookie", ...code },
      });
    const answers = [
      await consume({}, `cc_link=${link}`),
      await consume({ totp_code: confirmation }, `cc_link=${link}`),
      await consume({ totp_code: totp.generate({ timestamp: now + 30_000 }) }, ""),
      await consume({ totp_code: totp.generate({ timestamp: now + 30_000 }) }, `cc_link=${link}`),
      await consume({ totp_code: totp.generate({ timestamp: now + 30_000 }) }, `cc_link=${link}`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 400, 200, 400]);
    expect(answers[3]!.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^cc_session=cct_/),
      expect.stringMatching(/^cc_link=; Path=\/api\/auth; HttpOnly; SameSite=Lax; Max-Age=0/),
    ]);
    expect(clickclack.server.output).not.toContain(link);
  });
});

it("PKCE binds the provider's code to the request: its hash goes there first, its secret with the code", async () => {
  arrives("oidc");
  const browser = new Browser();
  const { url } = await browser.go(start("oidc"), (next) => next.origin === oidc.issuer);
  expect(url.searchParams.get("code_challenge_method")).toBe("S256");
  const asked = oidc.tokenRequests.length;
  await browser.go(url, isOurs);
  const verifier = oidc.tokenRequests.at(-1)!.get("code_verifier")!;
  expect(oidc.tokenRequests).toHaveLength(asked + 1);
  const hash = await crypto.subtle.digest("SHA-256", Buffer.from(verifier));
  expect(url.searchParams.get("code_challenge")).toBe(Buffer.from(hash).toString("base64url"));
});

it("somebody who says no at the provider comes back to the sign-in page, which says so", async () => {
  gitHub.cancels = true;
  const landed = await new Browser().go(start("github", "/app/x"));
  expect([landed.status, errorOf(landed), landed.url.searchParams.get("return_to")]).toEqual([
    200,
    "cancelled",
    "/app/x",
  ]);
  expect(landed.body).toContain("cancelled at the provider");
});

it("of GitHub's addresses only the primary one counts, if it is verified", async () => {
  const [primary, second] = [`${fresh()}@example.com`, `${fresh()}@example.com`];
  await account(second);
  arrives("github");
  gitHub.person = {
    ...gitHub.person,
    emails: [
      { email: second, primary: false, verified: true },
      { email: primary, primary: true, verified: false },
    ],
  };
  expect(errorOf(await signIn(new Browser(), "github"))).toBe("email_unverified");
});

it("providers that nobody knows are 404, those that nobody configured 501", async () => {
  for (const step of ["start", "callback"]) {
    const answer = async (id: string) =>
      (await clickclack.client.request("GET", `/api/auth/${id}/${step}`)).body.code;
    expect([await answer("myspace"), await answer("openclaw")]).toEqual(["not_found", "not_configured"]);
  }
});

it("a host that is not this machine is not believed where the server does not know its own", async () => {
  const answer = await clickclack.client.request("GET", "/api/auth/github/start", {
    headers: { "X-Forwarded-For": "203.0.113.9" },
  });
  expect([answer.status, answer.body.code]).toEqual([501, "not_configured"]);
});
