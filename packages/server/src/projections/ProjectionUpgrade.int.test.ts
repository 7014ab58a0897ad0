import { type Db, openDatabase } from "@clickclack/database/Database";
import { migrate } from "@clickclack/database/migrate";
import { ProjectionTables } from "@clickclack/database/ProjectionTables";
import type { Projection, ReadModel } from "@clickclack/database/ReadModel";
import type { RecordedEvent } from "@clickclack/eventsourcing/Decider";
import { upcastCounterEvent } from "@clickclack/eventsourcing/testing/Counter";
import { counterCommit } from "@clickclack/eventsourcing/testing/EventStoreContract";
import { connectFor, counterLog } from "@clickclack/eventsourcing/testing/natsFixture";
import { newId } from "@clickclack/protocol/Ids";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { freshDatabase, freshNats } from "../../../../test/support/services.ts";
import { until } from "../../../../test/support/until.ts";
import { ProjectionUpgrade } from "./ProjectionUpgrade.ts";
import type { ProjectionSource } from "./projectionSources.ts";

const PARTITIONS = 2;
const COMMITS = 20;

/** Stream sequences, in a table whose column has another name in each format. */
const model = (format: number): ReadModel<RecordedEvent> => ({
  tables: { commits: ["of"] },
  create: async (db, schema) => {
    const table = db.withSchema(schema).schema.createTable("commits");
    await table.addColumn("of", "text").addColumn(`seq_${format}`, "bigint").execute();
  },
  changes: () => {
    const rows: Array<Record<string, unknown>> = [];
    return {
      fold: (event, seq) => void rows.push({ of: event.id, [`seq_${format}`]: seq }),
      write: async (db, schema) => {
        if (rows.length > 0) await db.withSchema(schema).insertInto("commits").values(rows).execute();
      },
    };
  },
});

const definition = (format: number): Projection<RecordedEvent> => ({
  name: "counters",
  format,
  readModels: [model(format)],
});

/** A log with commits in each partition, and live tables of format 1 that hold none of them yet. */
const setUp = async () => {
  const [{ url: natsUrl }, { url: dbUrl }] = await Promise.all([freshNats(), freshDatabase()]);
  const { db, close } = openDatabase(dbUrl);
  onTestFinished(close);
  await migrate(db);
  await ProjectionTables.prepare(db, definition(1));
  const nats = await connectFor(natsUrl);
  const { log, store } = await counterLog(nats, PARTITIONS);
  for (const partition of [0, 1]) {
    let aggregate = newId("wsp");
    while (log.partition(aggregate) !== partition) aggregate = newId("wsp");
    for (let version = 1, seq = 0; version <= COMMITS; version++) {
      const commit = counterCommit(aggregate, version);
      const stored = await store.append(aggregate, seq, { scope: "_", type: "counter.added" }, commit);
      if (stored._tag === "Appended") ({ seq } = stored);
    }
  }
  const lines: Array<string> = [];
  const logger = pino({ base: null }, { write: (line: string) => void lines.push(line) });
  const start = (format: number, live: number, change: Partial<ProjectionSource> = {}) => {
    const source = { definition: definition(format), log, upcast: upcastCounterEvent, ...change };
    const upgrade = new ProjectionUpgrade({ nats, dbUrl, source, log: logger }, live);
    onTestFinished(() => upgrade.stop());
    return upgrade;
  };
  const logged = (text: string) => lines.filter((line) => line.includes(text)).length;
  return { db, start, logged };
};

const liveRows = (db: Db): Promise<ReadonlyArray<object>> =>
  db.selectFrom("counters.commits").selectAll().execute();

const schemas = async (db: Db): Promise<ReadonlyArray<string>> => {
  const found = db.selectFrom("pg_namespace").select("nspname").where("nspname", "like", "rm\\_%");
  return (await found.execute()).map((row) => row["nspname"] as string);
};

const isLive = (db: Db, format: number) => async () => {
  const row = await db.selectFrom("clickclack.projections").select("format").executeTakeFirst();
  return row?.["format"] === format;
};

test("of several processes one builds the new tables, and the others see that it is done", async () => {
  const { db, start, logged } = await setUp();
  const all = [start(2, 1), start(2, 1), start(2, 1)];
  await until(isLive(db, 2), { what: "the new tables" });
  const rows = await liveRows(db);
  expect(rows).toHaveLength(PARTITIONS * COMMITS);
  expect(Object.keys(rows[0]!)).toEqual(["of", "seq_2"]);
  await Promise.all(all.map((one) => one.stop()));
  expect(logged("the new tables are live")).toBe(1);
  expect(await schemas(db)).toEqual(["rm_counters_2"]);
});

test("one that is stopped in the midst of it leaves the live tables as they were, and nothing of its own", async () => {
  const { db, start } = await setUp();
  const folding = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<void>();
  // A row that is not committed yet keeps the builder at its first batch of partition 1.
  await db.transaction().execute(async (trx) => {
    const row = { projection: "counters", generation: 2, partition: 1, seq: 0 };
    await trx.insertInto("clickclack.checkpoints").values(row).execute();
    const upgrade = start(2, 1, {
      upcast: (event) => {
        folding.resolve();
        return upcastCounterEvent(event);
      },
    });
    await folding.promise;
    void upgrade.stop().then(stopped.resolve);
    await trx.deleteFrom("clickclack.checkpoints").where("projection", "=", "counters").execute();
  });
  await stopped.promise;
  expect(await schemas(db)).toEqual(["rm_counters_1"]);
  expect(await isLive(db, 1)()).toBe(true);
  start(2, 1);
  await until(isLive(db, 2), { what: "the new tables of the next one" });
  expect(await schemas(db)).toEqual(["rm_counters_3"]);
});

test("one that fails says why, and begins anew", async () => {
  const { db, start, logged } = await setUp();
  let failures = 1;
  start(2, 1, {
    upcast: (event) => {
      if (failures-- > 0) throw new Error("a format that this program does not know");
      return upcastCounterEvent(event);
    },
  });
  await until(isLive(db, 2), { what: "the new tables" });
  expect(logged("a format that this program does not know")).toBe(1);
  expect(await liveRows(db)).toHaveLength(PARTITIONS * COMMITS);
});

test("tables of a newer format are left to those who made them", async () => {
  const { db, start, logged } = await setUp();
  await start(0, 1).stop();
  expect(logged("of a newer version of the program")).toBe(1);
  expect(await schemas(db)).toEqual(["rm_counters_1"]);
});
