import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import type { SharedServices } from "./SharedServices.ts";

/** The run's NATS and Postgres, however they run. */
export interface RunningServices {
  readonly natsAddress: string;
  readonly postgresUrl: string;
  stop(): Promise<void>;
}

interface Shared {
  readonly services: Promise<RunningServices>;
  readonly claims: string;
  users: number;
}

// every project loads this module anew, and all share one pair of servers
const holder = globalThis as { clickclackServices?: Shared | undefined };

/** Starts one NATS and one Postgres for the whole run: local processes, or containers if `TEST_SERVICES=containers`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (holder.clickclackServices ??= {
    services: start(),
    claims: makeClaims(),
    users: 0,
  });
  shared.users += 1;
  const { natsAddress, postgresUrl } = await shared.services;
  const provided: SharedServices = { natsAddress, postgresUrl, claims: shared.claims };
  project.provide("services", provided);
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    holder.clickclackServices = undefined;
    rmSync(shared.claims, { recursive: true, force: true });
    await (await shared.services).stop();
  };
}

function makeClaims(): string {
  const claims = mkdtempSync(join(tmpdir(), "clickclack-claims-"));
  process.once("exit", () => rmSync(claims, { recursive: true, force: true }));
  return claims;
}

async function start(): Promise<RunningServices> {
  if (process.env["TEST_SERVICES"] === "containers") {
    return await (await import("./containerServices.ts")).startContainerServices();
  }
  return await (await import("./localServices.ts")).startLocalServices();
}
