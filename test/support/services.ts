import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { NATS_ACCOUNTS, natsAccountUrl } from "./natsAccounts.ts";
import { query } from "./query.ts";
import type { SharedServices } from "./SharedServices.ts";

export { startOwnNats, startOwnPostgres, type OwnService } from "./ownServices.ts";

/** An account of the run's NATS server that no test has used: an empty JetStream, seen by nobody else. */
export async function freshNats(): Promise<{ url: string }> {
  const { claims, natsAddress }: SharedServices = inject("services");
  for (let index = readdirSync(claims).length; index < NATS_ACCOUNTS; index++) {
    if (claim(join(claims, String(index)))) return { url: natsAccountUrl(natsAddress, index) };
  }
  throw new Error(`all ${NATS_ACCOUNTS} NATS accounts of this run are taken; raise NATS_ACCOUNTS`);
}

/** A new empty database on the run's Postgres, seen by nobody else. */
export async function freshDatabase(): Promise<{ url: string }> {
  const url = new URL(inject("services").postgresUrl);
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await query(url.href, `CREATE DATABASE ${name}`);
  url.pathname = `/${name}`;
  return { url: url.href };
}

/** Makes a folder, which of many processes at once only one can. */
function claim(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
