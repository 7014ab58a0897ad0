import type { Db } from "@clickclack/database/Database";
import { LiveTables } from "@clickclack/database/LiveTables";
import { CommandListener } from "@clickclack/eventsourcing/CommandBus";
import type { RecordedEvent } from "@clickclack/eventsourcing/Decider";
import { identityLog, readsLog } from "@clickclack/eventsourcing/EventLog";
import { LeaseKeeper } from "@clickclack/eventsourcing/LeaseKeeper";
import type { Ownership } from "@clickclack/eventsourcing/Ownership";
import { Projector } from "@clickclack/eventsourcing/Projector";
import type { Logger } from "pino";
import type { Deployment } from "../Deployment.ts";
import { type ProjectionSource, projectionSources } from "../projections/projectionSources.ts";

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
export const runProjectors = async (options: WorkerOptions, db: Db): Promise<() => Promise<void>> => {
  const { deployment, node, replicas } = options;
  const { nats, chat } = deployment;
  const starters = new Map<string, Starter>();
  for (const source of projectionSources(chat)) {
    starters.set(source.log.name, await starter(options, db, source));
  }
  const running = new Map<string, Projector<RecordedEvent>>();
  const keeper = await LeaseKeeper.start(nats, {
    node,
    replicas,
    bucket: "projector_leases",
    wanted: [
      { log: chat.name, partitions: chat.partitions },
      { log: identityLog.name, partitions: identityLog.partitions },
      { log: readsLog.name, partitions: readsLog.partitions },
    ],
    onGained: (name, partition) => running.set(`${name}.${partition}`, starters.get(name)!(partition)),
    onLost: (name, partition) => {
      const key = `${name}.${partition}`;
      void running.get(key)?.stop();
      running.delete(key);
    },
  });
  return async () => {
    const projectors = [...running.values()];
    await Promise.all(projectors.map((projector) => projector.stop()));
    await keeper.stop();
  };
};

type Starter = (partition: number) => Projector<RecordedEvent>;

const starter = async (
  { deployment, log }: WorkerOptions,
  db: Db,
  { definition, log: eventLog, upcast }: ProjectionSource,
): Promise<Starter> => {
  const target = await LiveTables.open(db, definition);
  const projection = definition.name;
  return (partition) =>
    new Projector(
      {
        nats: deployment.nats,
        log: eventLog,
        upcast,
        target,
        onProgress: (at, seq) => deployment.announcements.announce({ projection, partition: at, seq }),
        onFailure: (at, error) =>
          log.warn({ projection, partition: at, err: error }, "projecting failed; trying again"),
      },
      partition,
    );
};
