import { SIGN_UP_POLICIES } from "@clickclack/identity/federation/SignUp";
import { LIMIT_CLASSES } from "@clickclack/protocol/http/LimitClasses";
import * as Config from "effect/Config";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import { Command, Flag } from "effect/cli";
import { resolve } from "node:path";
import { createLogger } from "../createLogger.ts";
import {
  defaultAddress,
  isLoopbackHost,
  parseAddress,
  parseIdleTimeout,
  parseRoles,
  parseSignInLimits,
  parseUploads,
  readLimits,
  readProxies,
  ROLES,
  type Settings,
  SettingsError,
} from "../serve/Settings.ts";
import { parseSignUp, readSignInSettings } from "../serve/SignInSettings.ts";
import type { Serving } from "../serve/serve.ts";
import { waitForSignal } from "../serve/waitForSignal.ts";
import { dataFlag } from "./dataFlag.ts";

const EMBEDDED_PARTITIONS = 1;
const CLUSTER_PARTITIONS = 16;

/** An optional setting of the environment's, too, of two numbers. */
const limitFlag = (name: string, variable: string, description: string) =>
  Flag.String(name).pipe(
    Flag.withDescription(description),
    Flag.withFallbackConfig(Config.String(variable)),
    Flag.optional,
  );

const flags = {
  data: dataFlag,
  addr: Flag.String("addr").pipe(
    Flag.withDescription(
      "Address to listen on, HOST:PORT; port 0 takes any free one. Also PORT, the port alone (127.0.0.1:8080)",
    ),
    Flag.withFallbackConfig(Config.String("CLICKCLACK_ADDR")),
    Flag.optional,
  ),
  nats: Flag.String("nats").pipe(
    Flag.withDescription("NATS server to use instead of the embedded one, nats://user:password@host:port"),
    Flag.withFallbackConfig(Config.String("NATS_URL")),
    Flag.optional,
  ),
  db: Flag.String("db").pipe(
    Flag.withDescription(
      "Postgres to use instead of the embedded one, postgres://user:password@host/database",
    ),
    Flag.withFallbackConfig(Config.String("DATABASE_URL")),
    Flag.optional,
  ),
  uploads: Flag.String("uploads").pipe(
    Flag.withDescription(
      "Where uploaded files lie: a folder, or s3://BUCKET[/PREFIX][?endpoint=URL&region=NAME&path_style=true]",
    ),
    Flag.withFallbackConfig(Config.String("UPLOADS_URL")),
    Flag.optional,
  ),
  role: Flag.String("role").pipe(
    Flag.withDescription(`What this process does, comma-separated: ${ROLES.join(", ")}; all by default`),
    Flag.withDefault(ROLES.join(",")),
  ),
  noDev: Flag.Boolean("no-dev").pipe(
    Flag.withDescription("Never act for requests without credentials, not even on this machine"),
    Flag.withDefault(false),
  ),
  sessionIdleTimeout: Flag.String("session-idle-timeout").pipe(
    Flag.withDescription(
      "How long a session may lie idle before it ends: 24h, 30m, 90s, 500ms or seconds; 0 for as long as it lasts. The same on all gateways",
    ),
    Flag.withFallbackConfig(Config.String("SESSION_IDLE_TIMEOUT")),
    Flag.withDefault("0"),
  ),
  durability: Flag.Literals("durability", ["strict", "relaxed"]).pipe(
    Flag.withDescription(
      "strict refuses a NATS server that could lose what it acknowledged; so does NODE_ENV=production",
    ),
    Flag.optional,
  ),
  natsMonitor: Flag.String("nats-monitor").pipe(
    Flag.withDescription("The NATS server's monitoring address, http://host:8222, to check its durability"),
    Flag.withFallbackConfig(Config.String("NATS_MONITOR_URL")),
    Flag.optional,
  ),
  replicas: Flag.Int("replicas").pipe(
    Flag.withDescription("Copies that a NATS cluster keeps of the log"),
    Flag.withFallbackConfig(Config.Int("CLICKCLACK_REPLICAS")),
    Flag.withDefault(1),
  ),
  publicUrl: Flag.String("public-url").pipe(
    Flag.withDescription(
      "Where people reach this deployment, https://chat.example.com; for links that are mailed",
    ),
    Flag.withFallbackConfig(Config.String("PUBLIC_URL")),
    Flag.optional,
  ),
  signUp: Flag.String("sign-up").pipe(
    Flag.withDescription(`Who gets an account by signing in: ${SIGN_UP_POLICIES.join(", ")}`),
    Flag.withFallbackConfig(Config.String("SIGN_UP")),
    Flag.withDefault("invite"),
  ),
  failedPerAccount: limitFlag(
    "sign-ins-per-account",
    "CLICKCLACK_SIGN_INS_PER_ACCOUNT",
    "Failed sign-ins of one account from one address, BURST/SECONDS: so many, then one each so many seconds (10/60)",
  ),
  failedPerAddress: limitFlag(
    "sign-ins-per-address",
    "CLICKCLACK_SIGN_INS_PER_ADDRESS",
    "Failed sign-ins from one address, whatever the account, likewise (200/2)",
  ),
  partitions: Flag.Int("partitions").pipe(
    Flag.withDescription("Partitions of a new log; chosen once (1 on one server, 16 in a cluster)"),
    Flag.optional,
  ),
  limit: Flag.String("limit").pipe(
    Flag.withDescription(
      `How many requests of a class one credential may make, CLASS=REQUESTS/SECONDS or CLASS=off; again for more classes: ${LIMIT_CLASSES.join(", ")}. Also CLICKCLACK_LIMITS, with commas`,
    ),
    Flag.atLeast(0),
  ),
  logMessages: Flag.Boolean("log-messages").pipe(
    Flag.withDescription("Log what is said in the terminal's rooms, and not only that something is"),
    Flag.withDefault(false),
  ),
  noHistory: Flag.Boolean("no-history").pipe(
    Flag.withDescription("Terminals are not told what was said before they came"),
    Flag.withDefault(false),
  ),
  trustedProxies: Flag.String("trusted-proxies").pipe(
    Flag.withDescription(
      "Addresses and networks (CIDR) of the proxies whose X-Forwarded-For and X-Forwarded-Proto count, with commas",
    ),
    Flag.withFallbackConfig(Config.String("CLICKCLACK_TRUSTED_PROXIES")),
    Flag.withDefault(""),
  ),
};

type Input = Command.Command.Config.Infer<typeof flags>;

/** Where to listen: what was said, or a port by itself on this machine alone. */
const addressOf = (addr: Option.Option<string>, port: string | undefined) =>
  parseAddress(Option.getOrElse(addr, () => defaultAddress(port)));

const settingsOf = (input: Input): Settings => {
  const { replicas } = input;
  const cluster = replicas > 1;
  const production = process.env["NODE_ENV"] === "production" ? "strict" : "relaxed";
  return {
    ...addressOf(input.addr, process.env["PORT"]),
    dataDir: resolve(input.data),
    roles: parseRoles(input.role),
    nats: Option.getOrUndefined(input.nats),
    db: Option.getOrUndefined(input.db),
    uploads: Option.getOrUndefined(Option.map(input.uploads, parseUploads)),
    sessionIdleMs: parseIdleTimeout(input.sessionIdleTimeout),
    dev: !input.noDev,
    durability: Option.getOrElse(input.durability, () => production),
    natsMonitor: Option.getOrUndefined(input.natsMonitor),
    partitions: Option.getOrElse(input.partitions, () =>
      cluster ? CLUSTER_PARTITIONS : EMBEDDED_PARTITIONS,
    ),
    replicas,
    signIn: readSignInSettings(
      { publicUrl: Option.getOrUndefined(input.publicUrl), signUp: parseSignUp(input.signUp) },
      process.env,
    ),
    signInLimits: parseSignInLimits(
      Option.getOrUndefined(input.failedPerAccount),
      Option.getOrUndefined(input.failedPerAddress),
    ),
    limits: readLimits([process.env["CLICKCLACK_LIMITS"] ?? "", ...input.limit]),
    proxies: readProxies(input.trustedProxies),
    terminal: { history: !input.noHistory, logMessages: input.logMessages },
  };
};

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const greet = (
  settings: Settings,
  { address, irc, ircTls, durability, development, setupCode }: Serving,
): void => {
  const shown = address.replace(/^(0\.0\.0\.0|\[::\])/, "localhost");
  if (address !== "") say(`ClickClack serves on http://${shown}`);
  else say(`ClickClack runs ${[...settings.roles].join(", ")}`);
  if (development) say(`  sign in:    no need on this machine; try  curl http://${shown}/api/me`);
  else if (address !== "") {
    say(
      `  sign in:    npx clickclack admin magic-link create --email YOU@EXAMPLE.COM --data ${settings.dataDir}`,
    );
  }
  if (setupCode !== undefined) say(`  own it:     http://${shown}/setup  code ${setupCode}`);
  for (const [name, where] of [
    ["irc:   ", irc],
    ["irc tls:", ircTls],
  ] as const)
    if (where !== undefined) say(`  ${name}     ${where}`);
  say(`  durability: ${durability}`);
  say(`  data:       ${settings.dataDir}`);
  say(`  stop:       Ctrl-C, or  kill ${process.pid}`);
  if (!isLoopbackHost(settings.host) && address !== "")
    say("  note:       reachable from other machines; put TLS in front of it");
};

/** `clickclack serve`: runs until SIGINT or SIGTERM. */
export const serveCommand = Command.make(
  "serve",
  flags,
  Effect.fnUntraced(function* (input: Input) {
    const settings = yield* Effect.try({
      try: () => settingsOf(input),
      catch: (error) => (error instanceof Error ? error : new SettingsError(String(error))),
    });
    const log = createLogger();
    const progress = (message: string) => void process.stderr.write(`${message}\n`);
    // What a server is made of takes a second to load; other commands do without it.
    const { serve } = yield* Effect.promise(() => import("../serve/serve.ts"));
    const run = Effect.gen(function* () {
      const serving = yield* serve(settings, log, progress);
      greet(settings, serving);
      const signal = yield* waitForSignal;
      say(`${signal}: stopping`);
    });
    yield* Effect.scoped(run);
    say("stopped");
  }),
).pipe(
  Command.withDescription("Run a server, with embedded NATS and Postgres unless others are given"),
  Command.withExamples([
    { command: "clickclack serve", description: "Everything in one process, on this machine alone" },
    {
      command: "clickclack serve --addr :8080 --role gateway --nats nats://… --db postgres://…",
      description: "One of several processes of a deployment",
    },
  ]),
);
