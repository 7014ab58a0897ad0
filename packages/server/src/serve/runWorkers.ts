import type { Db } from "@clickclack/database/Database";
import { LiveTables } from "@clickclack/database/LiveTables";
import { OtherFormat } from "@clickclack/database/OtherFormat";
import { ProjectionTables } from "@clickclack/database/ProjectionTables";
import { CommandListener } from "@clickclack/eventsourcing/CommandBus";
import type { RecordedEvent } from "@clickclack/eventsourcing/Decider";
import { identityLog } from "@clickclack/eventsourcing/EventLog";
import { LeaseKeeper } from "@clickclack/eventsourcing/LeaseKeeper";
import type { Ownership } from "@clickclack/eventsourcing/Ownership";
import { Projector } from "@clickclack/eventsourcing/Projector";
import type { Logger } from "pino";
import type { Deployment } from "../Deployment.ts";
import {
  projectorLeases,
  type ProjectionSource,
  projectionSources,
} from "../projections/projectionSources.ts";
import { ProjectionUpgrade } from "../projections/ProjectionUpgrade.ts";

/** Leases of a command worker; nothing is held until it was started. */
export class WorkerOwnership implements Ownership {
  keeper: LeaseKeeper | undefined;

  holds(log: string, partition: number): boolean {
    return this.keeper?.holds(log, partition) ?? false;
  }
}

export interface WorkerOptions {
  readonly deployment: Deployment;
  readonly node: string;
  readonly replicas: number;
  readonly log: Logger;
}

/** Carries out the commands of the partitions that this process gets hold of. Returns how to stop. */
export const runCommands = async (
  { deployment, node, replicas, log }: WorkerOptions,
  ownership: WorkerOwnership,
): Promise<() => Promise<void>> => {
  const { nats, chat, chatHost, identityHost } = deployment;
  if (!chatHost || !identityHost) throw new Error("this process has no actors");
  const chatListener = new CommandListener(nats, chatHost);
  const identityListener = new CommandListener(nats, identityHost);
  const listenerOf = (name: string) => (name === chat.name ? chatListener : identityListener);
  const hostOf = (name: string) => (name === chat.name ? chatHost : identityHost);
  let stopping = false;
  ownership.keeper = await LeaseKeeper.start(nats, {
    node,
    replicas,
    wanted: [
      { log: chat.name, partitions: chat.partitions },
      { log: identityLog.name, partitions: identityLog.partitions },
    ],
    onGained: (name, partition) => {
      log.debug({ log: name, partition }, "lease gained");
      listenerOf(name).listen(partition);
    },
    onLost: (name, partition) => {
      if (!stopping) log.warn({ log: name, partition }, "lease lost");
      listenerOf(name).leave(partition);
      hostOf(name).release(partition);
    },
  });
  return async () => {
    stopping = true;
    await Promise.all([chatHost.stop(), identityHost.stop()]);
    await ownership.keeper?.stop();
  };
};

/** Folds the logs into the read models, the partitions that this process gets hold of. Returns how to stop. */
export const runProjectors = async (
  options: WorkerOptions,
  db: Db,
  dbUrl: string,
): Promise<() => Promise<void>> => {
  const sources = projectionSources(options.deployment.chat);
  const stops = await Promise.all(sources.map((source) => runProjection(options, source, db, dbUrl)));
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
};

/** One projection: its tables, if need be in a new format, and a projector for each partition. */
const runProjection = async (
  { deployment: { nats, announcements }, node, replicas, log }: WorkerOptions,
  source: ProjectionSource,
  db: Db,
  dbUrl: string,
): Promise<() => Promise<void>> => {
  const { definition, log: eventLog, upcast } = source;
  const projection = definition.name;
  const live = await ProjectionTables.prepare(db, definition);
  const upgrade = new ProjectionUpgrade({ nats, dbUrl, source, log }, live);
  const target = new LiveTables(db, definition);
  const running = new Map<number, Projector<RecordedEvent>>();
  const start = (partition: number) =>
    new Projector(
      {
        nats,
        log: eventLog,
        upcast,
        target,
        onProgress: (at, seq) => {
          const { generation } = target;
          if (generation !== undefined)
            announcements.announce({ projection, partition: at, generation, seq });
        },
        onFailure: (at, error) => {
          // Said once, by the upgrade: the tables are another program's, for now or for good.
          if (error instanceof OtherFormat) return;
          log.warn({ projection, partition: at, err: error }, "projecting failed; trying again");
        },
      },
      partition,
    );
  const keeper = await LeaseKeeper.start(nats, {
    node,
    replicas,
    bucket: projectorLeases(definition),
    wanted: [{ log: eventLog.name, partitions: eventLog.partitions }],
    onGained: (_, partition) => running.set(partition, start(partition)),
    onLost: (_, partition) => {
      void running.get(partition)?.stop();
      running.delete(partition);
    },
  });
  return async () => {
    await Promise.all([upgrade, ...running.values()].map((one) => one.stop()));
    await keeper.stop();
  };
};
