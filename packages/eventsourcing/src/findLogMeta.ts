import { Kvm } from "@nats-io/kv";
import { StoreUnavailable } from "./EventStore.ts";
import type { Nats } from "./nats/Nats.ts";
import type { LogMeta } from "./openStreams.ts";

/** The meta of the log that lives on this NATS server, and its copies; undefined when none was ever made. Makes nothing. */
export const findLogMeta = async (
  nats: Nats,
): Promise<(LogMeta & { readonly replicas: number }) | undefined> => {
  try {
    const streams = await nats.manager.streams.names("$KV.meta.log").next();
    const [name] = streams;
    if (name === undefined) return undefined;
    const { config } = await nats.manager.streams.info(name);
    const kv = await new Kvm(nats.connection).open("meta");
    const entry = await kv.get("log");
    return entry ? { ...entry.json<LogMeta>(), replicas: config.num_replicas } : undefined;
  } catch (cause) {
    throw new StoreUnavailable(`the log's meta cannot be read: ${String(cause)}`, { cause });
  }
};
