import type { GitHubSettings } from "@clickclack/identity/federation/GitHubProvider";
import { isSecureEnough } from "@clickclack/identity/federation/isSecureEnough";
import type { OidcSettings } from "@clickclack/identity/federation/OidcProvider";
import { SIGN_UP_POLICIES, type SignUpPolicy } from "@clickclack/identity/federation/SignUp";
import { isMailAddress } from "@clickclack/identity/mail/Mailer";
import type { SmtpSettings } from "../mail/SmtpMailer.ts";
import { SettingsError } from "./Settings.ts";

/** How people sign in besides by what an operator hands out. */
export interface SignInSettings {
  /** Where people reach the deployment, without a slash at the end. */
  readonly publicUrl: string | undefined;
  readonly signUp: SignUpPolicy;
  readonly github: GitHubSettings | undefined;
  readonly oidc: OidcSettings | undefined;
  readonly openclaw: OidcSettings | undefined;
  readonly smtp: SmtpSettings | undefined;
}

/** What is not secret may also be given as a flag. */
export interface SignInFlags {
  readonly publicUrl: string | undefined;
  readonly signUp: SignUpPolicy;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the environment's settings. Throws SettingsError, which never shows what was given: it may be a secret. */
export const readSignInSettings = (flags: SignInFlags, env: Environment): SignInSettings => ({
  publicUrl: flags.publicUrl === undefined ? undefined : readPublicUrl(flags.publicUrl),
  signUp: flags.signUp,
  github: readGitHub(env),
  oidc: readOidc(env, "OIDC", "Single sign-on"),
  openclaw: readOidc(env, "OPENCLAW", "OpenClaw"),
  smtp: readSmtp(env),
});

/** Reads who gets an account. Throws SettingsError. */
export const parseSignUp = (text: string): SignUpPolicy => {
  const policy = SIGN_UP_POLICIES.find((one) => one === text);
  if (policy) return policy;
  throw new SettingsError(`--sign-up (SIGN_UP) is one of ${SIGN_UP_POLICIES.join(", ")}, not ${text}`);
};

const readPublicUrl = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url && /^https?:$/.test(url.protocol) && url.username === "" && url.pathname === "/";
  if (!plain || url.search !== "" || url.hash !== "")
    throw new SettingsError(
      "--public-url (PUBLIC_URL) is written  https://chat.example.com  and has no path",
    );
  return url.origin;
};

/** A variable; empty is as good as absent. */
const given = (env: Environment, name: string): string | undefined => env[name]?.trim() || undefined;

const readUrl = (env: Environment, name: string, otherwise?: string): URL => {
  const text = given(env, name) ?? otherwise ?? "";
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && isSecureEnough(url) && url.username === "") return url;
  throw new SettingsError(`${name} is an https:// address (http:// on this machine alone)`);
};

/** All of the variables, or none of them. */
const together = (env: Environment, names: ReadonlyArray<string>): ReadonlyArray<string> | undefined => {
  const values = names.map((name) => given(env, name));
  if (values.every((value) => value === undefined)) return undefined;
  const missing = names.filter((_, i) => values[i] === undefined);
  if (missing.length === 0) return values as ReadonlyArray<string>;
  throw new SettingsError(`${names.join(" and ")} go together: ${missing.join(", ")} is not set`);
};

const readGitHub = (env: Environment): GitHubSettings | undefined => {
  const [clientId, clientSecret] = together(env, ["GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"]) ?? [];
  if (clientId === undefined || clientSecret === undefined) return undefined;
  const url = readUrl(env, "GITHUB_URL", "https://github.com");
  const ofUrl = url.hostname === "github.com" ? "https://api.github.com" : `${url.origin}/api/v3`;
  return { clientId, clientSecret, url, apiUrl: readUrl(env, "GITHUB_API_URL", ofUrl) };
};

const readOidc = (env: Environment, prefix: string, name: string): OidcSettings | undefined => {
  const [, clientId] = together(env, [`${prefix}_ISSUER`, `${prefix}_CLIENT_ID`]) ?? [];
  if (clientId === undefined) return undefined;
  const clientSecret = given(env, `${prefix}_CLIENT_SECRET`);
  const scopes = given(env, `${prefix}_SCOPES`) ?? "openid email profile";
  if (!scopes.split(" ").includes("openid"))
    throw new SettingsError(`${prefix}_SCOPES are separated by spaces, and openid is one of them`);
  return {
    name: given(env, `${prefix}_NAME`) ?? name,
    issuer: readUrl(env, `${prefix}_ISSUER`),
    clientId,
    scopes,
    ...(clientSecret !== undefined && { clientSecret }),
  };
};

const readSmtp = (env: Environment): SmtpSettings | undefined => {
  const [address, sender] = together(env, ["SMTP_URL", "MAIL_FROM"]) ?? [];
  if (address === undefined || sender === undefined) return undefined;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^smtps?:$/.test(url.protocol) || url.hostname === "")
    throw new SettingsError("SMTP_URL is written  smtp://user:password@host:port  or  smtps://…");
  const [, name = "", bare = sender] = /^\s*"?([^"<>]*?)"?\s*<([^<>]+)>\s*$/.exec(sender) ?? [];
  if (!isMailAddress(bare.trim()) || /\p{Cc}/u.test(sender))
    throw new SettingsError("MAIL_FROM is an address, or written  Name <address>");
  return { url, from: { name, address: bare.trim() } };
};
