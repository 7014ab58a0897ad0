import { GenericContainer, type StartedTestContainer, Wait } from "testcontainers";
import { natsAccountsConfiguration } from "./natsAccounts.ts";
import { query } from "./query.ts";
import type { RunningServices } from "./services.globalSetup.ts";
import { startTogether } from "./startTogether.ts";
import { until } from "./until.ts";

const STARTS_WITHIN_MS = 120_000;

/** The run's services as containers, from the images that production uses. */
export async function startContainerServices(): Promise<RunningServices> {
  const [nats, postgres] = await startTogether(startNats(), startPostgres());
  return {
    natsAddress: `${nats.getHost()}:${nats.getMappedPort(4222)}`,
    postgresUrl: postgresUrlOf(postgres),
    stop: async () => {
      await Promise.all([nats.stop(), postgres.stop()]);
    },
  };
}

function startNats(): Promise<StartedTestContainer> {
  const configuration = `
listen: "0.0.0.0:4222"
max_payload: 4MB
jetstream { store_dir: "/tmp/jetstream", sync_interval: always }
${natsAccountsConfiguration()}`;
  return new GenericContainer("nats:2")
    .withCopyContentToContainer([{ content: configuration, target: "/tmp/test.conf" }])
    .withCommand(["-c", "/tmp/test.conf"])
    .withExposedPorts(4222)
    .withWaitStrategy(Wait.forLogMessage(/Server is ready/))
    .withStartupTimeout(STARTS_WITHIN_MS)
    .start();
}

async function startPostgres(): Promise<StartedTestContainer> {
  const postgres = await new GenericContainer("postgres:18")
    .withEnvironment({ POSTGRES_USER: "clickclack", POSTGRES_PASSWORD: "test", POSTGRES_DB: "clickclack" })
    .withCommand(["postgres", "-c", "max_connections=200"])
    .withExposedPorts(5432)
    .withWaitStrategy(Wait.forLogMessage(/PostgreSQL init process complete/))
    .withStartupTimeout(STARTS_WITHIN_MS)
    .start();
  try {
    const options = { what: "Postgres in its container", deadlineMs: STARTS_WITHIN_MS };
    await until(() => query(postgresUrlOf(postgres), "SELECT 1"), options);
    return postgres;
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

function postgresUrlOf(container: StartedTestContainer): string {
  return `postgres://clickclack:test@${container.getHost()}:${container.getMappedPort(5432)}/clickclack`;
}
