import type { Watermarks } from "@clickclack/database/Watermarks";
import type { LogReader } from "@clickclack/eventsourcing/LogReader";

/** Waits until the read models hold the workspaces' whole log as it was when this was called. Throws ProjectionBehind or DatabaseUnavailable. */
export const projectedWhole = async (reader: LogReader, watermarks: Watermarks): Promise<void> => {
  const tails = await reader.tails();
  await Promise.all(tails.map((seq, partition) => watermarks.reach("chat", partition, seq)));
};
