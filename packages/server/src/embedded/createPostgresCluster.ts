import { execFile } from "node:child_process";
import { chmod, chown, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { createEndpoint, type Endpoint, writeEndpoint } from "./Endpoint.ts";
import { type PostgresAccount, postgresAccount } from "./PostgresAccount.ts";
import type { PostgresBinaries } from "./postgresBinaries.ts";
import { syncFolder } from "./writeFileAtomically.ts";

const run = promisify(execFile);
const WITHIN_MS = 120_000;

/** Role and database of the application. */
export const POSTGRES_NAME = "clickclack";

/** The superuser can log in from nowhere. */
const ACCESS = ["--username=postgres", "--auth=reject"];
/** UTF-8 in byte order, as locale C, but with upper and lower case of all letters known. */
const TEXT = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];

/**
 * Makes a new database cluster, with its endpoint, at `folder`. It is made whole beside it and then renamed, so a
 * start that is killed in the middle leaves nothing that the next one could mistake for a cluster.
 *
 * @param ids - system user whom the data will belong to
 */
export async function createPostgresCluster(
  folder: string,
  binaries: PostgresBinaries,
  ids: PostgresAccount["ids"],
): Promise<Endpoint> {
  const fresh = await mkdtemp(`${folder}.new-`);
  try {
    // others may pass through, to the data below, which stays 0700
    await chmod(fresh, 0o711);
    const data = join(fresh, "data");
    await mkdir(data, { mode: 0o700 });
    if (ids) await chown(data, ids.uid, ids.gid);
    const endpoint = await createEndpoint();
    await fill(data, endpoint, binaries, postgresAccount(ids, binaries.postgres, data));
    await writeEndpoint(join(fresh, "endpoint.json"), endpoint);
    await rename(fresh, folder);
    await syncFolder(dirname(folder));
    return endpoint;
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw error;
  }
}

async function fill(
  data: string,
  { password }: Endpoint,
  { initdb, postgres }: PostgresBinaries,
  account: PostgresAccount,
): Promise<void> {
  const runHere = runIn(data, account);
  await runHere(initdb, ["--pgdata", data, ...ACCESS, ...TEXT, "--no-instructions"]);
  await runHere(
    postgres,
    ["--single", "-D", data, "postgres"],
    [
      `CREATE ROLE ${POSTGRES_NAME} LOGIN CREATEDB PASSWORD '${password}'`,
      `CREATE DATABASE ${POSTGRES_NAME} OWNER ${POSTGRES_NAME}`,
    ],
  );
  await writeFile(join(data, "pg_hba.conf"), `host all ${POSTGRES_NAME} 127.0.0.1/32 scram-sha-256\n`);
  await syncFolder(data);
}

function runIn(cwd: string, account: PostgresAccount) {
  return async (program: string, args: string[], statements: string[] = []): Promise<void> => {
    const [command, wrapped] = account.wrap(program, args);
    const running = run(command, wrapped, { cwd, timeout: WITHIN_MS, killSignal: "SIGKILL" });
    running.child.stdin?.end(statements.map((statement) => `${statement}\n`).join(""));
    const { stderr } = await running;
    // single-user mode reports a failed statement and goes on
    if (/(ERROR|FATAL|PANIC):/.test(stderr)) throw new Error(`${program}: ${stderr}`);
  };
}
