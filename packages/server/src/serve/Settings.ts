import type { Allowance } from "@clickclack/eventsourcing/Throttle";
import { SIGN_IN_LIMITS, type SignInLimits } from "@clickclack/identity/signin/FailedSignIns";
import { TrustedProxies } from "@clickclack/gateway/http/TrustedProxies";
import { type ConfiguredLimits, parseLimits } from "@clickclack/gateway/limits/Quota";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { SignInSettings } from "./SignInSettings.ts";
import type { TerminalFlags } from "./terminalSettings.ts";

export const ROLES = ["gateway", "commands", "projector", "delivery"] as const;
export type Role = (typeof ROLES)[number];

/** How one server process is to run. */
export interface Settings {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly dataDir: string;
  readonly roles: ReadonlySet<Role>;
  /** URL of a NATS server to use instead of the embedded one. */
  readonly nats: string | undefined;
  /** URL of a Postgres to use instead of the embedded one. */
  readonly db: string | undefined;
  /** URL of where uploads lie (`file:` or `s3:`), if it is not for the deployment to say. */
  readonly uploads: string | undefined;
  /** How long a session may lie idle, in milliseconds; 0 for as long as it lasts. */
  readonly sessionIdleMs: number;
  /** Whether development mode may be on; a loopback address and the lack of an owner are needed too. */
  readonly dev: boolean;
  readonly durability: "strict" | "relaxed";
  /** Where a NATS server that is not embedded tells its settings (`http://…:8222`), so that they can be checked. */
  readonly natsMonitor: string | undefined;
  /** Taken only when the log is made. */
  readonly partitions: number;
  readonly replicas: number;
  readonly signIn: SignInSettings;
  readonly signInLimits: SignInLimits;
  /** How often requests may be made, as far as it was said. */
  readonly limits: ConfiguredLimits;
  readonly terminal: TerminalFlags;
  /** Proxies whose word about their clients is taken. */
  readonly proxies: TrustedProxies;
}

/** The deployment cannot run as it was asked to; the message says what to change. */
export class SettingsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SettingsError";
  }
}

/** Reads `HOST:PORT`, `[v6]:PORT` or `:PORT`. Throws SettingsError. */
export const parseAddress = (text: string): { readonly host: string; readonly port: number } => {
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535)
    throw new SettingsError(`${text} is no address; write HOST:PORT, such as 127.0.0.1:8080`);
  return { host: match[1] ?? (match[2] || "0.0.0.0"), port };
};

const DEFAULT_HOST = "127.0.0.1";
const DEFAULT_PORT = "8080";

/** Where to listen unless it is said; `port` is that of the environment. Throws SettingsError. */
export const defaultAddress = (port: string | undefined): string => {
  if (!port) return `${DEFAULT_HOST}:${DEFAULT_PORT}`;
  if (/^\d{1,5}$/.test(port) && Number(port) <= 65_535) return `${DEFAULT_HOST}:${port}`;
  throw new SettingsError(`PORT is ${port}, which is no port; write a number such as 8080`);
};

/** Reads a folder's path or a URL of where uploads lie. */
export const parseUploads = (text: string): string =>
  /^[a-z0-9]+:/i.test(text) ? text : pathToFileURL(resolve(text)).href;

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** What is shorter would end sessions between two requests of one page; it is for tests, and they can do with that. */
const SHORTEST_IDLE_MS = 100;
const LONGEST_IDLE_MS = 3_650 * UNITS.d;

/** Reads how long something takes, `90s`, `30m`, `24h`, `7d`, `500ms`, or a bare number of seconds, as milliseconds. Throws SettingsError. */
export const parseIdleTimeout = (text: string): number => {
  const [, number, unit = "s"] = /^(\d{1,12})(ms|s|m|h|d)?$/.exec(text.trim()) ?? [];
  const ms = Number(number) * UNITS[unit as keyof typeof UNITS];
  if (ms === 0 || (ms >= SHORTEST_IDLE_MS && ms <= LONGEST_IDLE_MS)) return ms;
  throw new SettingsError(
    `${text} is no time that sessions may lie idle; write 24h, 30m, 90s, 500ms, a number of seconds, or 0 for no limit`,
  );
};

const asSetting = <A>(read: () => A): A => {
  try {
    return read();
  } catch (error) {
    throw error instanceof TypeError ? new SettingsError(error.message) : error;
  }
};

/** Reads limits such as `read=600/60,search=off`; the last one of a class counts. Throws SettingsError. */
export const readLimits = (texts: ReadonlyArray<string>): ConfiguredLimits =>
  asSetting(() => parseLimits(texts));

/** Reads a comma-separated list of addresses and networks. Throws SettingsError. */
export const readProxies = (text: string): TrustedProxies => asSetting(() => TrustedProxies.parse(text));

/** Reads a comma-separated list of roles. Throws SettingsError. */
export const parseRoles = (text: string): ReadonlySet<Role> => {
  const roles = text.split(",").map((role) => role.trim());
  const unknown = roles.find((role) => !(ROLES as ReadonlyArray<string>).includes(role));
  if (unknown !== undefined)
    throw new SettingsError(`${unknown} is no role; the roles are ${ROLES.join(", ")}`);
  return new Set(roles as Array<Role>);
};

/** Of one account, from everywhere together: this many addresses' worth. */
const ADDRESSES_PER_ACCOUNT = 5;

/** Reads `BURST/SECONDS`: so many at once, and one more after each so many seconds. Throws SettingsError. */
const parseAllowance = (text: string): Allowance => {
  const match = /^(\d{1,9})\/(\d{1,6}(?:\.\d{1,3})?)$/.exec(text);
  const [burst, seconds] = [Number(match?.[1]), Number(match?.[2])];
  if (burst >= 1 && seconds > 0) return { burst, everyMs: seconds * 1000 };
  throw new SettingsError(`${text} is no limit; write BURST/SECONDS, such as 10/60`);
};

/** Reads how often somebody may be wrong about one account, and from one address. Throws SettingsError. */
export const parseSignInLimits = (
  perAccount: string | undefined,
  perAddress: string | undefined,
): SignInLimits => {
  const account = perAccount === undefined ? SIGN_IN_LIMITS.perAccount : parseAllowance(perAccount);
  return {
    perAccount: account,
    perAccountAnywhere: { ...account, burst: account.burst * ADDRESSES_PER_ACCOUNT },
    perAddress: perAddress === undefined ? SIGN_IN_LIMITS.perAddress : parseAllowance(perAddress),
  };
};

export const isLoopbackHost = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
