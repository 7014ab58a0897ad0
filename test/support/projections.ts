import { openDatabase } from "@clickclack/database/Database";
import { chatLog } from "@clickclack/eventsourcing/EventLog";
import { MetaStore } from "@clickclack/eventsourcing/MetaStore";
import { Nats } from "@clickclack/eventsourcing/nats/Nats";
import type { LogMeta } from "@clickclack/eventsourcing/openStreams";
import { projectionSources } from "@clickclack/server/projections/projectionSources";
import { projectionStatus } from "@clickclack/server/projections/projectionStatus";
import { verifyProjection } from "@clickclack/server/projections/verifyProjection";
import { expect } from "vitest";
import { until } from "./until.ts";

/** Every projection reaches the end of its log, and is then the same as that log folded anew; nothing may be written meanwhile. */
export const expectProjectionsMatchLog = async (urls: {
  readonly nats: string;
  readonly db: string;
}): Promise<void> => {
  const nats = await Nats.connect(urls.nats, "a test's check of the projections");
  const { db, close } = openDatabase(urls.db);
  try {
    const { partitions } = (await (await MetaStore.open(nats, 1)).get<LogMeta>("log"))!;
    for (const source of projectionSources(chatLog(partitions))) {
      const { name } = source.definition;
      const atTheEnd = async () => {
        const status = await projectionStatus(nats, db, source);
        return status.partitions.every(({ lag }) => lag === 0);
      };
      await until(atTheEnd, { what: `${name} to reach the end of its log`, deadlineMs: 30_000 });
      const { tables } = await verifyProjection(nats, db, source);
      expect(tables.filter(({ matches }) => !matches)).toEqual([]);
      expect(tables.length).toBeGreaterThan(0);
    }
  } finally {
    await close();
    await nats.close();
  }
};
