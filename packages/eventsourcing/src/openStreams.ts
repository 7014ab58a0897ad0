import {
  CLAIMS_STREAM,
  chatStream,
  IDENTITY_STREAM,
  liveSubject,
  READS_PREFIX,
  READS_STREAM,
} from "@clickclack/protocol/nats/Subjects";
import { Kvm } from "@nats-io/kv";
import { StorageType, type StreamConfig } from "@nats-io/jetstream";
import { StoreUnavailable } from "./EventStore.ts";
import type { Nats } from "./nats/Nats.ts";

/** What is chosen once for a log and never changed: how many partitions, and the name of this incarnation. */
export interface LogMeta {
  readonly partitions: number;
  /** Seconds since 1970 when the log was made; a restored log gets a new one, so that old cursors are recognised. */
  readonly epoch: number;
}

export interface OpenStreamsOptions {
  /** Taken only when the log is made. */
  readonly partitions: number;
  readonly replicas: number;
}

/** A message that was sent again within this time is recognised by its id; the fence covers what comes later. */
const DUPLICATE_WINDOW_NS = 120_000_000_000;

/** Creates the streams that are missing, and reads (or, the first time, writes) the log's meta. */
export const openStreams = async (nats: Nats, options: OpenStreamsOptions): Promise<LogMeta> => {
  try {
    const meta = await readMeta(nats, options);
    const logs = Array.from({ length: meta.partitions }, (_, p) =>
      logStream(chatStream(p), `chat.${p}.>`, options),
    );
    const identity = logStream(IDENTITY_STREAM, "identity.>", options);
    const reads = { ...logStream(READS_STREAM, `${READS_PREFIX}.>`, options), max_msgs_per_subject: 1 };
    const claims = { ...stream(CLAIMS_STREAM, "claim.>", options), max_msgs_per_subject: 1 };
    for (const config of [...logs, identity, reads, claims]) await ensure(nats, config);
    return meta;
  } catch (cause) {
    if (cause instanceof StoreUnavailable) throw cause;
    throw new StoreUnavailable(`the streams cannot be opened: ${String(cause)}`, { cause });
  }
};

const readMeta = async (nats: Nats, options: OpenStreamsOptions): Promise<LogMeta> => {
  const kv = await new Kvm(nats.connection).create("meta", { replicas: options.replicas });
  const mine: LogMeta = { partitions: options.partitions, epoch: Math.floor(Date.now() / 1000) };
  await kv.create("log", JSON.stringify(mine)).catch(() => undefined);
  const entry = await kv.get("log");
  if (!entry) throw new StoreUnavailable("the log's meta cannot be read");
  return entry.json<LogMeta>();
};

const stream = (
  name: string,
  subject: string,
  options: OpenStreamsOptions,
): Partial<StreamConfig> & { name: string } => ({
  name,
  subjects: [subject],
  storage: StorageType.File,
  num_replicas: options.replicas,
  allow_direct: true,
  duplicate_window: DUPLICATE_WINDOW_NS,
});

const logStream = (name: string, subject: string, options: OpenStreamsOptions) => ({
  ...stream(name, subject, options),
  republish: { src: subject, dest: liveSubject(subject) },
});

const ensure = async (nats: Nats, config: Partial<StreamConfig> & { name: string }): Promise<void> => {
  const existing = await nats.manager.streams.info(config.name).catch(() => undefined);
  if (!existing) await nats.manager.streams.add(config);
};
