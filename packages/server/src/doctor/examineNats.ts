import { findLeases } from "@clickclack/eventsourcing/findLeases";
import { findLogMeta } from "@clickclack/eventsourcing/findLogMeta";
import { chatLog, type EventLog, identityLog } from "@clickclack/eventsourcing/EventLog";
import { MetaStore } from "@clickclack/eventsourcing/MetaStore";
import type { Nats } from "@clickclack/eventsourcing/nats/Nats";
import { CLAIMS_STREAM } from "@clickclack/protocol/nats/Subjects";
import { join } from "node:path";
import { readEndpoint } from "../embedded/Endpoint.ts";
import { isNewEnough, OLDEST_NATS_SERVER } from "../embedded/natsServerVersion.ts";
import type { Owner } from "../operator/bootstrap.ts";
import { withNats } from "../operator/connect.ts";
import type { Instance } from "../operator/Instance.ts";
import { withoutSecrets } from "../operator/withoutSecrets.ts";
import { projectionSources, projectorLeases } from "../projections/projectionSources.ts";
import { OWNER } from "../serve/developmentMode.ts";
import { describeDurability, readDurability } from "../serve/durability.ts";
import { broken, type Finding, ok, warning } from "./Finding.ts";

type Meta = NonNullable<Awaited<ReturnType<typeof findLogMeta>>>;

/** NATS, what an acknowledgement of it is worth, the log's streams, and who carries out commands. */
export const examineNats = (
  instance: Instance,
  natsMonitor: string | undefined,
): Promise<ReadonlyArray<Finding>> =>
  withNats(instance, async (nats) => {
    const server = await examineServer(nats, instance);
    const meta = await findLogMeta(nats);
    if (!meta) return [server, broken("log", "there is none yet; a server makes it when it starts")];
    return [
      server,
      await examineDurability(instance, natsMonitor, meta),
      ...(await examineStreams(nats, meta)),
      ...(await examineWorkers(nats, meta)),
      await examineOwner(nats, meta),
    ];
  });

const examineServer = async (nats: Nats, instance: Instance): Promise<Finding> => {
  const version = nats.connection.info?.version ?? "";
  const what = `nats-server ${version} at ${withoutSecrets(instance.nats())}`;
  if (!isNewEnough(version)) return broken("nats", `${what} is older than ${OLDEST_NATS_SERVER}`);
  const { storage } = await nats.manager.getAccountInfo();
  return ok("nats", `${what}, ${await nats.connection.rtt()} ms away, JetStream holds ${mebibytes(storage)}`);
};

const mebibytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`;

const examineDurability = async (
  instance: Instance,
  natsMonitor: string | undefined,
  { replicas }: Meta,
): Promise<Finding> => {
  const nats = (await isEmbedded(instance)) ? undefined : instance.nats();
  const durability = await readDurability({ nats, natsMonitor, replicas });
  const found = durability.syncAlways === true ? ok : warning;
  return found("durability", describeDurability(durability));
};

/** Whether the NATS server is the one that a server of ours runs on the data folder. */
const isEmbedded = async (instance: Instance): Promise<boolean> => {
  const endpoint = await readEndpoint(join(instance.dataDir, "nats", "endpoint.json"));
  if (!endpoint) return false;
  const { hostname, port, password } = new URL(instance.nats());
  return hostname === "127.0.0.1" && Number(port) === endpoint.port && password === endpoint.password;
};

const examineStreams = (nats: Nats, meta: Meta): Promise<ReadonlyArray<Finding>> => {
  const chat = chatLog(meta.partitions);
  const names = Array.from({ length: meta.partitions }, (_, partition) => chat.stream(partition));
  return Promise.all(
    [...names, identityLog.stream(0), CLAIMS_STREAM].map((name) => examineStream(nats, name)),
  );
};

const examineStream = async (nats: Nats, name: string): Promise<Finding> => {
  const check = `stream ${name}`;
  const info = await nats.manager.streams.info(name).catch(() => undefined);
  if (!info) return broken(check, "it is not there; restore it, or it will be made anew, empty");
  const { state, cluster, config } = info;
  const detail = `${state.messages} messages up to ${state.last_seq}, ${mebibytes(state.bytes)}, ${config.num_replicas} of it`;
  if (cluster && !cluster.leader) return broken(check, `${detail}; it has no leader`);
  const behind = (cluster?.replicas ?? []).filter(({ current, offline }) => offline || !current);
  return behind.length === 0
    ? ok(check, detail)
    : warning(check, `${detail}; not current: ${behind.map((replica) => replica.name).join(", ")}`);
};

/** Partitions without a holder take no commands, or are not folded into the read models. */
const examineWorkers = (nats: Nats, { partitions }: Meta): Promise<ReadonlyArray<Finding>> => {
  const chat = chatLog(partitions);
  const projections = projectionSources(chat).map(({ definition, log }) => ({
    log,
    bucket: projectorLeases(definition),
  }));
  const commands = [chat, identityLog].map((log) => ({ log, bucket: "leases" }));
  return Promise.all([
    examineLeases(nats, "commands", commands),
    examineLeases(nats, "projectors", projections),
  ]);
};

interface Leases {
  readonly log: EventLog;
  readonly bucket: string;
}

const examineLeases = async (nats: Nats, check: string, leases: ReadonlyArray<Leases>): Promise<Finding> => {
  const orphans: Array<string> = [];
  const nodes = new Set<string>();
  for (const { log, bucket } of leases) {
    const held = await findLeases(nats, log.name, bucket);
    for (const node of held.values()) nodes.add(node);
    for (let p = 0; p < log.partitions; p++) if (!held.has(p)) orphans.push(`${log.name} ${p}`);
  }
  return orphans.length === 0
    ? ok(check, `every partition is held, by ${nodes.size} ${nodes.size === 1 ? "node" : "nodes"}`)
    : broken(check, `no node holds ${orphans.join(", ")}`);
};

const examineOwner = async (nats: Nats, meta: Meta): Promise<Finding> => {
  const owner = await (await MetaStore.open(nats, meta.replicas)).get<Owner>(OWNER);
  return owner
    ? ok("owner", `${owner.user_id}, since ${owner.at}; development mode is off`)
    : warning(
        "owner",
        "none: on a loopback address requests of this machine need no credentials; see  clickclack admin bootstrap",
      );
};
