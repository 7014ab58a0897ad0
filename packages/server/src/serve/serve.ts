import { type Db, openDatabase, withDatabase } from "@clickclack/database/Database";
import { migrate } from "@clickclack/database/migrate";
import { Watermarks } from "@clickclack/database/Watermarks";
import { Ephemeral } from "@clickclack/eventsourcing/Ephemeral";
import { NodeSets } from "@clickclack/eventsourcing/NodeSets";
import type { Position } from "@clickclack/eventsourcing/EventStore";
import { Nats } from "@clickclack/eventsourcing/nats/Nats";
import type { EphemeralFrame } from "@clickclack/gateway/Ephemerals";
import { Gateway } from "@clickclack/gateway/Gateway";
import type { IrcSignal } from "@clickclack/gateway/surfaces/irc/IrcSurface";
import type { TerminalPorts, TerminalSignal } from "@clickclack/gateway/surfaces/terminal/TerminalParts";
import type { Setup } from "@clickclack/gateway/signIn/Setup";
import type { SignInServices } from "@clickclack/gateway/signIn/SignInServices";
import type { FileStore } from "@clickclack/storage/FileStore";
import { partitionOf } from "@clickclack/protocol/nats/Subjects";
import { readParts } from "@clickclack/workspace/projections/messageQueries";
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import type { Logger } from "pino";
import { type Deployment, openDeployment } from "../Deployment.ts";
import { startEmbeddedNats } from "../embedded/EmbeddedNats.ts";
import { startEmbeddedPostgres } from "../embedded/EmbeddedPostgres.ts";
import { lockFolder } from "../embedded/lockFolder.ts";
import { FORMATS } from "../projections/projectionSources.ts";
import { projectedWhole } from "../projections/projectedWhole.ts";
import { makeDataFolder, nodeName, removeRunFile, writeRunFile } from "./dataFolder.ts";
import { followDevelopmentMode } from "./developmentMode.ts";
import { describeDurability, type Durability, readDurability, requireDurability } from "./durability.ts";
import { ircPasswords } from "./ircPasswords.ts";
import { readIrcSettings } from "./ircSettings.ts";
import { findServedWorkspace } from "./servedWorkspace.ts";
import { openFirstRun } from "./FirstRun.ts";
import { openSignIn } from "./openSignIn.ts";
import { openUploads } from "./openUploads.ts";
import { runCommands, runProjectors, type WorkerOptions, WorkerOwnership } from "./runWorkers.ts";
import type { Settings } from "./Settings.ts";
import { keepSwept } from "./sweepUploads.ts";
import { readTerminalSettings } from "./terminalSettings.ts";
import { keepDeletionsFinished } from "./keepDeletionsFinished.ts";

/** A server that serves: where, and what a person wants to know of it. */
export interface Serving {
  readonly address: string;
  /** Where IRC clients connect, with TLS and without; absent where they cannot. */
  readonly irc?: string;
  readonly ircTls?: string;
  readonly durability: string;
  readonly development: boolean;
  /** Of a deployment that nobody owns: what makes whoever types it into the setup page its owner. */
  readonly setupCode: string | undefined;
}

/** No statement of a request may run longer: whoever asked would have given up, and should hear of it before. */
const REQUEST_STATEMENT_MS = 3_000;
/** Projectors wait for none of the connections that requests use, and their batches may take their time. */
const PROJECTOR_CONNECTIONS = 8;

type Scoped<A> = Effect.Effect<A, Error, Scope.Scope>;

const failed = (cause: unknown): Error => (cause instanceof Error ? cause : new Error(String(cause)));

/** Something that is started, and stopped in the reverse order when the scope closes. */
const managed = <A>(start: () => Promise<A>, stop: (value: A) => unknown): Scoped<A> =>
  Effect.acquireRelease(Effect.tryPromise({ try: start, catch: failed }), (value) =>
    Effect.promise(async () => stop(value)),
  );

const step = <A>(run: () => Promise<A>): Effect.Effect<A, Error> =>
  Effect.tryPromise({ try: run, catch: failed });

/** NATS and Postgres: those that were named, or embedded ones. */
const services = (settings: Settings, progress: (message: string) => void) => {
  const { dataDir } = settings;
  const options = { dataDir, log: progress };
  const nats =
    settings.nats === undefined
      ? managed(
          () => startEmbeddedNats(options),
          (server) => server.stop(),
        ).pipe(Effect.map((server) => server.url))
      : Effect.succeed(settings.nats);
  const db =
    settings.db === undefined
      ? managed(
          () => startEmbeddedPostgres(options),
          (server) => server.stop(),
        ).pipe(Effect.map((server) => server.url))
      : Effect.succeed(settings.db);
  return Effect.all({ nats, db }, { concurrency: 2 });
};

/** Runs the projectors, with a database pool of their own. */
const project = Effect.fnUntraced(function* (options: WorkerOptions, url: string) {
  const { db } = yield* managed(
    async () => openDatabase(url, { poolSize: PROJECTOR_CONNECTIONS }),
    (database) => database.close(),
  );
  yield* managed(
    () => runProjectors(options, db, url),
    (stop) => stop(),
  );
});

const checkDurability = async (settings: Settings): Promise<Durability> => {
  const durability = await readDurability(settings);
  requireDurability(settings, durability);
  return durability;
};

const migrateAndTell = async (db: Db, log: Logger): Promise<void> => {
  const migrated = await migrate(db);
  if (migrated.length > 0) log.info({ migrated }, "database migrated");
};

/** The deployment as the roles of this process need it: whoever carries out commands reads old messages' heads. */
const openFor = async (
  { partitions, replicas, roles, signInLimits }: Settings,
  nats: Nats,
  { ownership, db, watermarks }: WorkerParts,
): Promise<Deployment> => {
  const readPartsAt = async (workspaceId: string, ids: ReadonlyArray<string>, at: Position) => {
    await watermarks.reach("chat", partitionOf(workspaceId, deployment.chat.partitions), at.seq);
    return withDatabase(() => readParts(db, ids));
  };
  const worker = roles.has("commands") && { worker: { ownership, readParts: readPartsAt } };
  const deployment = await openDeployment(nats, { partitions, replicas, signInLimits, ...worker });
  return deployment;
};

interface WorkerParts {
  readonly ownership: WorkerOwnership;
  readonly db: Db;
  readonly watermarks: Watermarks;
}

/** Runs one process with its roles until the scope closes; everything is stopped in reverse order then. */
export const serve = Effect.fnUntraced(function* (
  settings: Settings,
  log: Logger,
  progress: (message: string) => void,
) {
  const { dataDir, roles, replicas } = settings;
  yield* step(async () => makeDataFolder(dataDir));
  yield* managed(
    async () => lockFolder(`${dataDir}/lock`, `data folder ${dataDir}`),
    (unlock) => unlock(),
  );
  const durability = yield* step(() => checkDurability(settings));
  const urls = yield* services(settings, progress);
  const node = nodeName(dataDir);

  const nats = yield* managed(
    () => Nats.connect(urls.nats, `clickclack ${node}`),
    (it) => it.close(),
  );
  const { db } = yield* managed(
    async () => openDatabase(urls.db, { statementTimeoutMs: REQUEST_STATEMENT_MS }),
    (database) => database.close(),
  );
  yield* step(() => migrateAndTell(db, log));

  const ownership = new WorkerOwnership();
  const watermarks = new Watermarks(db, FORMATS);
  const deployment = yield* managed(
    () => openFor(settings, nats, { ownership, db, watermarks }),
    ({ hasher }) => hasher.stop(),
  );
  const options = { deployment, node, replicas, log };
  if (roles.has("projector")) yield* project(options, urls.db);
  if (roles.has("commands"))
    yield* managed(
      () => runCommands(options, ownership),
      (stop) => stop(),
    );

  const development = yield* managed(
    () => followDevelopmentMode(settings, deployment, log),
    (it) => it.stop(),
  );
  const parts = { deployment, node, db, watermarks, development: development.current };
  if (roles.has("gateway")) yield* finishDeletions(log, parts);
  const { setupCode, addresses } = roles.has("gateway")
    ? yield* openGateway(settings, log, parts)
    : { addresses: { address: "" }, setupCode: undefined };
  yield* managed(
    async () => writeRunFile(dataDir, runFileOf(urls, addresses)),
    () => removeRunFile(dataDir),
  );
  return {
    ...addresses,
    durability: describeDurability(durability),
    development: development.current() !== undefined,
    setupCode,
  } satisfies Serving;
});

/** What this process tells of itself in its data folder. */
const runFileOf = (
  urls: { readonly nats: string; readonly db: string },
  { address, irc, ircTls }: Addresses,
) => ({
  pid: process.pid,
  addr: address,
  ...urls,
  ...(irc !== undefined && { irc }),
  ...(ircTls !== undefined && { irc_tls: ircTls }),
});

interface GatewayParts {
  readonly deployment: Awaited<ReturnType<typeof openDeployment>>;
  readonly node: string;
  readonly db: ReturnType<typeof openDatabase>["db"];
  readonly watermarks: Watermarks;
  readonly files: FileStore;
  readonly signIn: SignInServices;
  readonly setup: Setup | undefined;
  readonly development: Awaited<ReturnType<typeof followDevelopmentMode>>["current"];
}

/** A gateway, and what makes whoever knows it the owner of a deployment that has none. */
const openGateway = Effect.fnUntraced(function* (
  settings: Settings,
  log: Logger,
  parts: Omit<GatewayParts, "files" | "signIn" | "setup">,
) {
  const { setup, code: setupCode } = yield* step(() => openFirstRun(settings, parts.deployment));
  const files = yield* openFiles(settings, log, parts);
  const signIn = yield* openManagedSignIn(settings);
  const addresses = yield* serveGateway(settings, log, { ...parts, files, signIn, setup });
  return { addresses, setupCode };
});

const openManagedSignIn = ({ signIn }: Settings): Scoped<SignInServices> =>
  managed(
    async () => openSignIn(signIn),
    (it) => it.close(),
  ).pipe(Effect.map((it) => it.signIn));

/** The deployment's files, swept while they are open. */
const openFiles = Effect.fnUntraced(function* (
  settings: Settings,
  log: Logger,
  { deployment, db, watermarks }: Pick<GatewayParts, "deployment" | "db" | "watermarks">,
) {
  const { store } = yield* managed(
    () => openUploads(settings, deployment.meta),
    (uploads) => uploads.close(),
  );
  const ports = { files: store, db, watermarks, reader: deployment.chatReader, now: Date.now };
  yield* managed(
    async () => keepSwept(ports, log),
    (stop) => stop(),
  );
  return store;
});

/** What is left of accounts that are gone is seen to while this runs. */
const finishDeletions = (
  log: Logger,
  { deployment, db, watermarks }: Pick<GatewayParts, "deployment" | "db" | "watermarks">,
) =>
  managed(
    async () =>
      keepDeletionsFinished(
        {
          commands: deployment.chatBus,
          db,
          allProjected: () => projectedWhole(deployment.chatReader, watermarks),
        },
        log,
      ),
    (stop) => stop(),
  );

/** Where a gateway is reached. */
interface Addresses {
  readonly address: string;
  /** Of IRC clients, with TLS and without. */
  readonly irc?: string;
  readonly ircTls?: string;
}

const terminalPorts = (
  { terminal }: Settings,
  { deployment, node, development }: GatewayParts,
): TerminalPorts => {
  const { TERMINAL_WORKSPACE: named, TERMINAL_GUESTS: guests } = process.env;
  return {
    settings: readTerminalSettings(process.env, terminal, {
      node,
      workspace: () => findServedWorkspace(deployment, named),
      // An anonymous door into a workspace that somebody owns is opened by its operator alone.
      guests: () => development() !== undefined || Boolean(named) || guests === "1",
    }),
    signals: new Ephemeral<TerminalSignal>(deployment.nats),
  };
};

/** SIGUSR1 tells how many are connected; Node.js would open its debugger otherwise. */
const tellCount = (gateway: Gateway, log: Logger): (() => void) => {
  const tell = () => {
    const connections = gateway.terminalConnections;
    if (log.isLevelEnabled("info")) log.info({ connections }, "active connections");
    else process.stderr.write(`active connections: ${connections}\n`);
  };
  process.on("SIGUSR1", tell);
  return () => process.removeListener("SIGUSR1", tell);
};

const serveGateway = (settings: Settings, log: Logger, parts: GatewayParts): Scoped<Addresses> => {
  const { deployment, node, db, watermarks, files, signIn, setup, development } = parts;
  const { nats, epoch, chat, chatStore, chatFeed, chatReader, chatBus, ...shared } = deployment;
  const healthy = () =>
    watermarks.unreadable().then(
      (reason) => reason === undefined && nats.connected,
      () => false,
    );
  return managed(
    async () => {
      const connections = await NodeSets.open(nats, "presence", { node, replicas: settings.replicas });
      const irc = {
        settings: readIrcSettings(process.env, {
          node,
          workspace: () => findServedWorkspace(deployment, process.env["IRC_WORKSPACE"]),
          // Anybody may come where nobody owns the deployment yet, or where its owner said which workspace they come to.
          open: () => development() !== undefined || Boolean(process.env["IRC_WORKSPACE"]),
        }),
        records: deployment.ircRecords,
        signals: new Ephemeral<IrcSignal>(nats),
        passwords: ircPasswords(deployment),
      };
      const services = {
        ...shared,
        connections,
        ephemeral: new Ephemeral<EphemeralFrame>(nats),
        log,
        epoch,
        chat,
        store: chatStore,
        feed: chatFeed,
        reader: chatReader,
        commands: chatBus,
        db,
        watermarks,
        files,
        signIn,
        setup,
        sessionIdleMs: settings.sessionIdleMs,
        development,
        limits: settings.limits,
        proxies: settings.proxies,
        healthy,
      };
      const gateway = new Gateway(services, irc, terminalPorts(settings, parts));
      const port = await gateway.listen(settings.host, settings.port);
      const host = settings.host.includes(":") ? `[${settings.host}]` : settings.host;
      const ports = await gateway.listenIrc();
      const ircHost = irc.settings.listen?.host ?? settings.host;
      const tlsHost = irc.settings.tls?.host ?? settings.host;
      const addresses = {
        address: `${host}:${port}`,
        ...(ports.port !== undefined && { irc: `${ircHost}:${ports.port}` }),
        ...(ports.tlsPort !== undefined && { ircTls: `${tlsHost}:${ports.tlsPort}` }),
      };
      return { gateway, connections, addresses, stopTelling: tellCount(gateway, log) };
    },
    async ({ gateway, connections, stopTelling }) => {
      await gateway.stop();
      await connections.close();
      stopTelling();
    },
  ).pipe(Effect.map(({ addresses }) => addresses));
};
