import type { Db } from "@clickclack/database/Database";
import type { Nats } from "@clickclack/eventsourcing/nats/Nats";
import type { Deployment } from "../Deployment.ts";
import { type Instance, NoInstance } from "./Instance.ts";
import { withoutSecrets } from "./withoutSecrets.ts";

// What talks to NATS and Postgres is loaded when it is needed: most of a command's time goes into that.

/** One command needs few; a projection's maintenance holds one all the time. */
const POOL_SIZE = 4;

/** Runs work with a connection to NATS. Throws NoInstance or StoreUnavailable. */
export const withNats = async <A>(instance: Instance, run: (nats: Nats) => Promise<A>): Promise<A> => {
  const url = instance.nats();
  const { Nats: Connection } = await import("@clickclack/eventsourcing/nats/Nats");
  const nats = await Connection.connect(url, "clickclack command line");
  try {
    return await run(nats);
  } finally {
    await nats.close();
  }
};

/** Runs work with the deployment whose log is there; a command never makes a log. Throws NoInstance or StoreUnavailable. */
export const withDeployment = <A>(
  instance: Instance,
  run: (deployment: Deployment) => Promise<A>,
): Promise<A> =>
  withNats(instance, async (nats) => {
    const { findLogMeta } = await import("@clickclack/eventsourcing/findLogMeta");
    const meta = await findLogMeta(nats);
    if (!meta) {
      const where = withoutSecrets(instance.nats());
      throw new NoInstance(`there is no ClickClack log at ${where} yet; start a server with it first`);
    }
    const { openDeployment } = await import("../Deployment.ts");
    const deployment = await openDeployment(nats, meta);
    try {
      return await run(deployment);
    } finally {
      await deployment.hasher.stop();
      deployment.directory.close();
    }
  });

/** Runs work with Postgres, whose statements may take as long as they need. Throws NoInstance, or an Error that says why it cannot be reached. */
export const withPostgres = async <A>(instance: Instance, run: (db: Db) => Promise<A>): Promise<A> => {
  const url = instance.db();
  const { openDatabase } = await import("@clickclack/database/Database");
  const { ping } = await import("@clickclack/database/ping");
  const database = openDatabase(url, { poolSize: POOL_SIZE, statementTimeoutMs: 0 });
  try {
    await ping(database.db).catch((cause: unknown) => {
      const where = withoutSecrets(url);
      throw new Error(`Postgres cannot be reached at ${where}: ${reasonOf(cause)}`);
    });
    return await run(database.db);
  } finally {
    await database.close();
  }
};

/** The same, for work on tables that only a migrated database has. */
export const withMigratedPostgres = <A>(instance: Instance, run: (db: Db) => Promise<A>): Promise<A> =>
  withPostgres(instance, async (db) => {
    const { pendingMigrations } = await import("@clickclack/database/migrate");
    if ((await pendingMigrations(db)).length > 0)
      throw new Error("the database is not migrated; run  clickclack migrate  first");
    return run(db);
  });

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause === undefined ? error.message : reasonOf(cause);
};
