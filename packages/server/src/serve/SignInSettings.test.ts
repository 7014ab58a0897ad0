import { expect, test } from "vitest";
import { parseSignUp, readSignInSettings } from "./SignInSettings.ts";

const read = (env: Record<string, string>, publicUrl?: string) =>
  readSignInSettings({ publicUrl, signUp: "invite" }, env);

test("nothing is configured until somebody does", () => {
  const { github, oidc, openclaw, smtp, publicUrl } = read({ OIDC_ISSUER: "", SMTP_URL: " " });
  expect([github, oidc, openclaw, smtp, publicUrl]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("providers are read with what stands in for what was not said", () => {
  const { github, oidc, openclaw } = read({
    GITHUB_CLIENT_ID: "id",
    GITHUB_CLIENT_SECRET: "secret",
    OIDC_ISSUER: "https://id.example.com/realms/chat",
    OIDC_CLIENT_ID: "id",
    OPENCLAW_ISSUER: "http://127.0.0.1:9000",
    OPENCLAW_CLIENT_ID: "id",
    OPENCLAW_CLIENT_SECRET: "secret",
    OPENCLAW_NAME: "The claw",
    OPENCLAW_SCOPES: "openid email groups",
  });
  expect([github!.url.href, github!.apiUrl.href]).toEqual(["https://github.com/", "https://api.github.com/"]);
  expect(oidc).toMatchObject({ name: "Single sign-on", scopes: "openid email profile" });
  expect(oidc).not.toHaveProperty("clientSecret");
  expect(openclaw).toMatchObject({ name: "The claw", scopes: "openid email groups", clientSecret: "secret" });
});

test("an enterprise's GitHub has its API below its own address", () => {
  const env = { GITHUB_CLIENT_ID: "id", GITHUB_CLIENT_SECRET: "s", GITHUB_URL: "https://git.example.com" };
  expect(read(env).github!.apiUrl.href).toBe("https://git.example.com/api/v3");
});

test("mail is from an address, with or without a name", () => {
  const from = (MAIL_FROM: string) =>
    read({ SMTP_URL: "smtps://u:p@mail.example.com", MAIL_FROM }).smtp!.from;
  expect(from("chat@example.com")).toEqual({ name: "", address: "chat@example.com" });
  expect(from("Our chat <chat@example.com>")).toEqual({ name: "Our chat", address: "chat@example.com" });
  expect(from('"Chat, ours" <chat@example.com>')).toEqual({
    name: "Chat, ours",
    address: "chat@example.com",
  });
});

test.each([
  { OIDC_ISSUER: "https://id.example.com" },
  { OIDC_CLIENT_ID: "canary" },
  { OIDC_ISSUER: "http://id.example.com", OIDC_CLIENT_ID: "canary" },
  { OIDC_ISSUER: "canary", OIDC_CLIENT_ID: "id" },
  { OIDC_ISSUER: "https://user:canary@id.example.com", OIDC_CLIENT_ID: "id" },
  { OIDC_ISSUER: "https://id.example.com", OIDC_CLIENT_ID: "id", OIDC_SCOPES: "email" },
  { GITHUB_CLIENT_ID: "id" },
  { GITHUB_CLIENT_ID: "id", GITHUB_CLIENT_SECRET: "canary", GITHUB_URL: "ftp://x" },
  { SMTP_URL: "smtp://user:canary@mail.example.com" },
  { SMTP_URL: "https://user:canary@mail.example.com", MAIL_FROM: "chat@example.com" },
  { SMTP_URL: "canary", MAIL_FROM: "chat@example.com" },
  { SMTP_URL: "smtp://mail.example.com", MAIL_FROM: "chat@example.com, bob@example.com" },
  { SMTP_URL: "smtp://mail.example.com", MAIL_FROM: "x\r\nBcc: y <chat@example.com>" },
])("%j is refused in a sentence that repeats none of it", (env) => {
  const message = (() => {
    try {
      read(env);
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  })();
  expect(message).toMatch(/ /);
  expect(message).not.toContain("canary");
});

test.each(["chat.example.com", "https://chat.example.com/app", "ftp://x", "https://u@x", "https://x?y", "x"])(
  "%s is no address of a deployment",
  (text) => expect(() => read({}, text)).toThrow("--public-url"),
);

test("an address is taken without the slash at its end", () => {
  expect(read({}, "https://chat.example.com/").publicUrl).toBe("https://chat.example.com");
});

test("who gets an account is one of three", () => {
  expect(parseSignUp("open")).toBe("open");
  expect(() => parseSignUp("everybody")).toThrow("invite, open, closed");
});
