import { Kvm } from "@nats-io/kv";
import type { Nats } from "./nats/Nats.ts";

/** Which node holds each partition of a log right now, by partition; `bucket` as in {@link LeaseKeeper}. */
export const findLeases = async (
  nats: Nats,
  log: string,
  bucket = "leases",
): Promise<ReadonlyMap<number, string>> => {
  const held = new Map<number, string>();
  const found = await nats.manager.streams.names(`$KV.${bucket}.>`).next();
  if (found.length === 0) return held;
  const kv = await new Kvm(nats.connection).open(bucket);
  for await (const key of await kv.keys(`lease.${log}.*`)) {
    const entry = await kv.get(key);
    if (entry?.operation === "PUT")
      held.set(Number(key.split(".")[2]), entry.json<{ readonly node: string }>().node);
  }
  return held;
};
