import type { IrcSettings, ListenAddress } from "@clickclack/gateway/surfaces/irc/IrcSettings";
import { readFileSync } from "node:fs";
import { VERSION } from "../version.ts";
import { type Env, intOf, parseDuration } from "./readEnvironment.ts";
import { parseAddress, SettingsError } from "./Settings.ts";

const durationOf = (env: Env, name: string, fallback: string): number =>
  parseDuration(name, env[name] || fallback);

/** Sign-ins a second of one address, and how many at once. */
const loginRateOf = (env: Env): IrcSettings["loginRate"] => {
  const text = env["LOGIN_RATE_LIMIT"] || "1";
  const perSecond = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || !(perSecond > 0))
    throw new SettingsError(`LOGIN_RATE_LIMIT is ${text}, which is no number of sign-ins a second`);
  return { everyMs: 1_000 / perSecond, burst: intOf(env, "LOGIN_RATE_BURST", 5, 1, 10_000) };
};

const addressOf = (env: Env, name: string): ListenAddress | undefined => {
  const text = env[name];
  return text === undefined || text === "" ? undefined : parseAddress(text);
};

const tlsOf = (env: Env): IrcSettings["tls"] => {
  const address = addressOf(env, "IRC_TLS_LISTEN_ADDR");
  if (!address) return undefined;
  const read = (name: string): string => {
    const path = env[name];
    if (path === undefined || path === "")
      throw new SettingsError(`IRC_TLS_LISTEN_ADDR needs ${name}, the path of a PEM file`);
    try {
      return readFileSync(path, "utf8");
    } catch (cause) {
      throw new SettingsError(`${name} is ${path}, which cannot be read: ${String(cause)}`);
    }
  };
  return { ...address, cert: read("IRC_TLS_CERT"), key: read("IRC_TLS_KEY") };
};

/** A name stands in every line's source: no spaces, and something that cannot be taken for a nick. */
const serverNameOf = (env: Env): string => {
  const name = env["SERVER_NAME"] || "clickclack.local";
  if (/^[A-Za-z0-9.-]{1,63}$/.test(name)) return name.includes(".") ? name : `${name}.local`;
  throw new SettingsError(`SERVER_NAME is ${name}; write letters, digits, dots and hyphens, 63 at most`);
};

const MAX_MOTD_LINES = 200;

const motdOf = (env: Env): ReadonlyArray<string> => {
  const text = env["MOTD"] ?? "Welcome to ClickClack.";
  return text === "" ? [] : text.split(/\r\n|\r|\n/).slice(0, MAX_MOTD_LINES);
};

/** Commands of one connection: as many at once as a client sends when it joins its channels. */
const floodOf = (env: Env): IrcSettings["floodLimit"] => {
  const text = env["IRC_FLOOD_LIMIT"] ?? "50";
  const perSecond = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text))
    throw new SettingsError(`IRC_FLOOD_LIMIT is ${text}; write commands a second, or 0 for no limit`);
  return perSecond === 0
    ? undefined
    : { everyMs: 1_000 / perSecond, burst: intOf(env, "IRC_FLOOD_BURST", 200, 1, 100_000) };
};

/** How this process speaks IRC, as the environment says. Throws SettingsError. */
export const readIrcSettings = (
  env: Env,
  deployment: Pick<IrcSettings, "node" | "workspace" | "open">,
): IrcSettings => {
  const listen = addressOf(env, "IRC_LISTEN_ADDR");
  const tls = tlsOf(env);
  const floodLimit = floodOf(env);
  return {
    ...deployment,
    serverName: serverNameOf(env),
    version: VERSION,
    motd: motdOf(env),
    sessionIdleMs: durationOf(env, "SESSION_IDLE_TIMEOUT", "24h"),
    maxHistory: intOf(env, "MAX_HISTORY", 10_000, 1, 1_000_000_000),
    maxMessageSize: intOf(env, "MAX_MESSAGE_SIZE", 4_096, 1, 40_000),
    queueMaxAgeMs: durationOf(env, "QUEUE_MAX_AGE", "720h"),
    hashcashBits: intOf(env, "HASHCASH_BITS", 0, 0, 32),
    loginRate: loginRateOf(env),
    ...(listen && { listen }),
    ...(tls && { tls }),
    ...(floodLimit && { floodLimit }),
  };
};
