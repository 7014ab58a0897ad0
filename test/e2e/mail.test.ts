import { afterAll, describe, expect, it } from "vitest";
import { oneServer } from "../support/oneServer.ts";
import { Inbox, type Received } from "../support/signIn/Inbox.ts";
import { until } from "../support/until.ts";

let inbox: Inbox;

const clickclack = oneServer(async () => {
  inbox = await Inbox.start();
  return {
    args: ["--no-dev", "--sign-up", "invite", "--public-url", "https://chat.example.com"],
    env: { SMTP_URL: inbox.url, MAIL_FROM: "Our chat <chat@example.com>" },
  };
});
afterAll(() => inbox?.stop());

const REQUEST = "/api/auth/magic/request";
const CONSUME = "/api/auth/magic/consume";
const OPERATOR = { user_id: "system" };

const ask = (email: string, more: object = {}) =>
  clickclack.client.request("POST", REQUEST, { body: { email, ...more } });
const fresh = (): string => `${crypto.randomUUID()}@example.com`;
const account = async (displayName = "Ann"): Promise<string> => {
  const email = fresh();
  await clickclack.operator.deployment.accounts.create({ kind: "human", displayName, email }, OPERATOR);
  return email;
};
const tokenIn = ({ text }: Received): string =>
  /^https:\/\/chat\.example\.com\/sign-in(?:\?return_to=\/invite\/\S+)?#token=(mgt_[0-9a-z]+)$/m.exec(
    text,
  )![1]!;

describe("a link that is mailed", () => {
  it("signs in once, and stands in the mail alone", async () => {
    const email = await account();
    const answer = await ask(` ${email.toUpperCase()} `);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      magic_link: {
        id: expect.stringMatching(/^mgt_/),
        email,
        display_name: email.split("@")[0],
        created_at: expect.any(String),
        expires_at: expect.any(String),
      },
    });
    const [mail] = await inbox.mailsTo(email);
    expect([mail!.from, mail!.to]).toEqual(["chat@example.com", [email]]);
    expect(mail!.raw).toMatch(/^From: Our chat <chat@example.com>\r$/m);
    const token = tokenIn(mail!);
    const consume = () => clickclack.client.request("POST", CONSUME, { body: { token } });
    const first = await consume();
    expect([first.status, first.headers.get("Set-Cookie")]).toEqual([
      200,
      expect.stringMatching(/^cc_session=/),
    ]);
    expect((await consume()).status).toBe(400);
    const { output } = clickclack.server;
    for (const secret of [token, first.body.token, "smtp-password-canary"])
      expect(output).not.toContain(secret);
  });

  it("is not sent to who has no account and no invitation, who cannot tell from the answer", async () => {
    const [known, unknown] = [await account(), fresh()];
    const [one, other] = [await ask(known), await ask(unknown)];
    const shape = ({ body }: typeof one) => Object.keys(body.magic_link).toSorted();
    expect([other.status, Object.keys(other.body), shape(other)]).toEqual([201, ["magic_link"], shape(one)]);
    expect((await ask(fresh(), { invite_code: "guessed" })).status).toBe(201);
    // What was asked for later has come: what was asked for before would have, too.
    await inbox.mailsTo(known);
    const last = await account();
    await ask(last);
    await inbox.mailsTo(last);
    expect(inbox.mails.some(({ to }) => to.includes(unknown))).toBe(false);
    expect(await clickclack.operator.deployment.accounts.findByEmail(unknown)).toBeUndefined();
  });

  it("is sent to somebody new who was invited, and to nobody by an invite that was revoked", async () => {
    const { accounts } = clickclack.operator.deployment;
    const owner = await accounts.create({ kind: "human", displayName: "Owner" }, OPERATOR);
    const { token } = await accounts.issueToken(owner, "test", OPERATOR);
    const client = clickclack.client.withToken(token);
    const workspace = await client.createWorkspace();
    const invite = async () =>
      (await client.ok("POST", `/api/workspaces/${workspace.id}/invites`, { body: {} })).invite;
    const [good, revoked] = [await invite(), await invite()];
    await client.ok("DELETE", `/api/invites/${revoked.id}`);
    const [late, invited] = [fresh(), fresh()];
    await ask(late, { invite_code: revoked.code });
    await ask(invited, { invite_code: good.code, display_name: "Newcomer" });
    const [mail] = await inbox.mailsTo(invited);
    const { user } = await clickclack.client.ok("POST", CONSUME, { body: { token: tokenIn(mail!) } });
    expect(user.display_name).toBe("Newcomer");
    expect(inbox.mails.some(({ to }) => to.includes(late))).toBe(false);
  });

  it.each(["\u200b", "Ann\nAdmin"])(
    "is refused at once for the name %j, which nobody may have",
    async (name) => {
      const { status, body } = await ask(fresh(), { display_name: name });
      expect([status, body.code]).toEqual([400, "invalid_request"]);
    },
  );

  it("greets by a name that stays text", async () => {
    const email = await account("Ann <b>&amp;\u202e</b>");
    const plain = await account("Ann & “Bob”");
    await ask(email);
    await ask(plain);
    expect((await inbox.mailsTo(email))[0]!.raw).not.toContain("<b>");
    expect((await inbox.mailsTo(plain))[0]!.text).toContain("Hello Ann & “Bob”,");
  });

  it.each(["a@example.com,b@example.com", "a<b@example.com>", "a;b@example.com", "(x)b@example.com"])(
    "is not sent to %j, which a mail server could take for somebody else",
    async (email) => {
      const answer = await ask(email);
      expect([answer.status, answer.body.code]).toEqual([400, "invalid_request"]);
    },
  );

  it.each(["a@example.com\r\nBcc: b@example.com", "a@example.com\nx", "a\0@example.com"])(
    "cannot have headers of its own by %j",
    async (email) => {
      expect((await ask(email)).status).toBe(400);
    },
  );

  it("is not asked for by a foreign page", async () => {
    const answer = await clickclack.client.request("POST", REQUEST, {
      headers: { Origin: "https://elsewhere.example" },
      body: { email: fresh() },
    });
    expect([answer.status, answer.body.code]).toEqual([403, "csrf_required"]);
  });

  it("that the mail server does not take is told to the operator without whom it was for, and to nobody else", async () => {
    const email = await account();
    inbox.refusal = `no such user ${email}`;
    expect((await ask(email)).status).toBe(201);
    await until(() => clickclack.server.output.includes("a link could not be mailed"), { what: "the log" });
    inbox.refusal = undefined;
    expect(clickclack.server.output).not.toContain(email);
  });

  it("is sent five times to one address, then not for a while; to others it is", async () => {
    const email = await account();
    for (let i = 0; i < 5; i++) expect((await ask(email)).status).toBe(201);
    const refused = await ask(email);
    expect([refused.status, refused.body.code]).toEqual([429, "too_many_requests"]);
    expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(60);
    expect(await inbox.mailsTo(email, 5)).toHaveLength(5);
  });
});

it("asking for links is bounded by who asks, whomever they are for", async () => {
  const statuses: Array<number> = [];
  for (let i = 0; i < 25; i++) statuses.push((await ask(fresh())).status);
  expect(statuses.at(-1)).toBe(429);
});
