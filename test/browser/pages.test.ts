import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { oneServer } from "../support/oneServer.ts";
import { launchChromium } from "./support/launchChromium.ts";

const clickclack = oneServer({
  env: { GITHUB_CLIENT_ID: "x", GITHUB_CLIENT_SECRET: "x" },
});
/** Where screenshots go, if anybody wants to look at them. */
const SHOTS = process.env["SCREENSHOTS"];

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

const open = async (path: string, colorScheme: "light" | "dark" = "light") => {
  const context = await browser.newContext({ colorScheme, viewport: { width: 900, height: 980 } });
  const page = await context.newPage();
  const problems: Array<string> = [];
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(error.message));
  await page.goto(`${clickclack.url}${path}`);
  return { page, problems, context };
};
const shoot = async (page: Page, name: string): Promise<void> => {
  if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
};
const sessionOf = async (page: Page): Promise<string | undefined> =>
  (await page.context().cookies()).find(({ name }) => name === "cc_session")?.value;

it("the sign-in page takes a link's token out of the address, asks before it uses it, and goes where one came from", async () => {
  const email = `${crypto.randomUUID()}@example.com`;
  const { token } = await clickclack.client.ok("POST", "/api/auth/magic/request", { body: { email } });
  const { page, problems } = await open(`/sign-in?return_to=/api/me#token=${token}`);
  expect(page.url()).toBe(`${clickclack.url}/sign-in?return_to=/api/me`);
  expect(await sessionOf(page)).toBeUndefined();
  expect(await page.evaluate("document.activeElement.textContent")).toBe("Sign in");
  await shoot(page, "link");
  expect(problems).toEqual([]);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${clickclack.url}/api/me`);
  expect(await sessionOf(page)).toMatch(/^cct_/);

  const again = await open(`/sign-in#token=${token}`);
  await again.page.getByRole("button", { name: "Sign in" }).click();
  await again.page.getByRole("alert").getByText("unknown, used or expired").waitFor();
  expect(await sessionOf(again.page)).toBeUndefined();
});

it("the sign-in page shows every way in, says what went wrong, and can be used by its labels", async () => {
  const { page } = await open("/sign-in?error=cancelled&return_to=//elsewhere.example&invite=abc");
  expect(await page.getByRole("alert").textContent()).toContain("cancelled at the provider");
  const gitHub = page.getByRole("link", { name: "Go on with GitHub" });
  expect(await gitHub.getAttribute("href")).toBe("/api/auth/github/start?return_to=%2F&invite=abc");
  await shoot(page, "sign-in");
  await shoot((await open("/sign-in", "dark")).page, "sign-in-dark");
  await page.getByLabel("Email", { exact: true }).fill(`${crypto.randomUUID()}@example.com`);
  await page.getByRole("button", { name: "Send me a link" }).click();
  // In development mode the link is good at once.
  await page.waitForURL(`${clickclack.url}/`);
  expect(await sessionOf(page)).toMatch(/^cct_/);
});

it("nothing but a page's own script runs on it, and no other page frames it", async () => {
  const hostile = `"><script>globalThis.hacked=1</script><img src=x onerror="globalThis.hacked=1">`;
  const query = new URLSearchParams({ error: hostile, return_to: hostile, invite: hostile });
  const { page } = await open(`/sign-in?${query}`);
  expect(await page.evaluate("globalThis.hacked")).toBeUndefined();
  await page.evaluate(
    "document.body.append(Object.assign(document.createElement('script'), { text: 'globalThis.hacked = 2' }))",
  );
  expect(await page.evaluate("globalThis.hacked")).toBeUndefined();
  for (const path of ["/", "/sign-in", "/setup", "/invite/none"]) {
    const { headers } = await fetch(`${clickclack.url}${path}`);
    expect(headers.get("Content-Security-Policy")).toMatch(/^default-src 'none'; script-src 'sha256-[^ ]+';/);
    expect(headers.get("X-Frame-Options")).toBe("DENY");
    expect(headers.get("Referrer-Policy")).toBe("no-referrer");
    expect(headers.get("Cache-Control")).toBe("no-store");
  }
});

it("the setup page makes its reader the owner, by the code that the server printed", async () => {
  const code = /code ([A-Z0-9]{4}-[A-Z0-9]{4})/.exec(clickclack.server.output)![1]!;
  const { page } = await open("/setup");
  await shoot(page, "setup");
  await shoot((await open("/setup", "dark")).page, "setup-dark");
  await page.getByLabel("Code").fill("AAAA-AAAA");
  await page.getByLabel("Your name").fill("Ada Lovelace");
  await page.getByLabel("Your email").fill("ada@example.com");
  await page.getByLabel("Name of the first workspace").fill("Engines");
  await page.getByRole("button", { name: "Set it up" }).click();
  await page.getByRole("alert").getByText("not the code").waitFor();
  await shoot(page, "setup-wrong");
  await page.getByLabel("Code").fill(code.toLowerCase());
  await page.getByRole("button", { name: "Set it up" }).click();
  await page.getByRole("heading", { name: "It is yours" }).waitFor();
  await shoot(page, "setup-done");
  expect(await sessionOf(page)).toMatch(/^cct_/);
  await page.getByRole("link", { name: "Go on" }).click();
  await page.getByText("You are signed in as Ada Lovelace").waitFor();
  await page.getByText("Engines, as its owner").waitFor();
  await shoot(page, "home");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("link", { name: "Sign in" }).waitFor();
  expect(await sessionOf(page)).toBeUndefined();
  const late = await open("/setup");
  expect(await late.page.textContent("main")).toContain("has an owner already");
  await shoot(late.page, "setup-late");
});

it("the page of an invite lets somebody in who is new, and asks whoever is signed in", async () => {
  const { accounts } = clickclack.operator.deployment;
  const actor = { user_id: "system" };
  const id = await accounts.create({ kind: "human", displayName: "Grace" }, actor);
  const grace = clickclack.client.withToken((await accounts.issueToken(id, "test", actor)).token);
  const workspace = await grace.createWorkspace("Compilers");
  const { url } = await grace.ok("POST", `/api/workspaces/${workspace.id}/invites`, { body: {} });
  const path = new URL(url).pathname;

  const { page, problems } = await open(path);
  await page.getByText(`You are invited to ${workspace.name}, as a member.`).waitFor();
  await shoot(page, "invite");
  const name = `eve-${crypto.randomUUID().slice(0, 8)}`;
  await page.getByLabel("Your name").fill("Eve");
  await page.getByLabel("Handle").fill(name);
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Make an account and join" }).click();
  await page.getByRole("heading", { name: "Welcome" }).waitFor();
  expect(await page.textContent("main")).toContain(
    `You belong to ${workspace.name} now, and sign in as ${name}.`,
  );
  await shoot(page, "invite-done");
  expect(await sessionOf(page)).toMatch(/^cct_/);
  const { members } = await grace.ok("GET", `/api/workspaces/${workspace.id}/members`);
  expect(members.map(({ user }: { user: { handle: string } }) => user.handle)).toContain(name);

  await page.goto(`${clickclack.url}${path}`);
  await page.getByText("You are signed in as Eve.").waitFor();
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await page.getByRole("heading", { name: "Welcome" }).waitFor();

  const wrong = await open("/invite/none");
  await wrong.page.getByRole("alert").getByText("There is no such invite").waitFor();
  // Nobody is signed in there, and there is no such invite: the two answers of the API that a browser reports.
  expect(problems.filter((text) => !text.includes("401"))).toEqual([]);
});
