import { expect, onTestFinished, test } from "vitest";
import { freshDatabase } from "../../../test/support/services.ts";
import { type Db, openDatabase } from "./Database.ts";
import { migrate } from "./migrate.ts";
import { ProjectionTables } from "./ProjectionTables.ts";
import type { Projection, ReadModel } from "./ReadModel.ts";
import { ProjectionBehind, Watermarks } from "./Watermarks.ts";

const Nothing: ReadModel<never> = {
  tables: { seen: ["id"] },
  create: async (db, schema) => {
    await db.withSchema(schema).schema.createTable("seen").addColumn("id", "bigint").execute();
  },
  changes: () => ({ fold: () => undefined, write: async () => undefined }),
};

const projection = (name: string, format: number): Projection<never> => ({
  name,
  format,
  readModels: [Nothing],
});

const FORMATS = { notes: 2, people: 1 };

const setUp = async (formats: Readonly<Record<string, number>> = FORMATS) => {
  const { db, close } = openDatabase((await freshDatabase()).url);
  onTestFinished(close);
  await migrate(db);
  for (const [name, format] of Object.entries(formats))
    await ProjectionTables.prepare(db, projection(name, format));
  return { db, watermarks: new Watermarks(db, FORMATS) };
};

const fold = async (db: Db, format: number, from: number, to: number) => {
  const live = await ProjectionTables.live(db, projection("notes", format));
  expect(await live.apply(0, from, to, [])).toBe(true);
};

const replace = async (db: Db, format: number, folded: number): Promise<number> => {
  const tables = await ProjectionTables.beside(db, projection("notes", format));
  await tables.apply(0, 0, folded, []);
  expect(await tables.swapIn()).toBe(true);
  return tables.generation;
};

test("a read waits until the live tables hold what it must see, announced or not", async () => {
  const { db, watermarks } = await setUp();
  await watermarks.reach("notes", 0, 0);
  const announced = watermarks.reach("notes", 1, 5);
  const looked = watermarks.reach("notes", 0, 3);
  watermarks.observe({ projection: "notes", partition: 1, generation: 1, seq: 5 });
  await announced;
  await fold(db, 2, 0, 3);
  await looked;
  await expect(watermarks.reach("notes", 0, 4)).rejects.toThrow(ProjectionBehind);
});

test("what was folded into other tables is never taken for what the live ones hold", async () => {
  const { db, watermarks } = await setUp();
  await watermarks.reach("notes", 0, 0);
  watermarks.observe({ projection: "notes", partition: 0, generation: 7, seq: 1_000 });
  await expect(watermarks.reach("notes", 0, 1_000)).rejects.toThrow(ProjectionBehind);
  await fold(db, 2, 0, 3);
  await watermarks.reach("notes", 0, 3);
  // New tables that were made because the old ones got lost hold nothing yet, whatever those had.
  await db.deleteFrom("clickclack.projections").where("name", "=", "notes").execute();
  await ProjectionTables.prepare(db, projection("notes", 2));
  watermarks.observe({ projection: "notes", partition: 1, generation: 2, seq: 1 });
  await expect(watermarks.reach("notes", 0, 3)).rejects.toThrow(ProjectionBehind);
});

test("tables of an older format are refused at once, whatever is folded into them", async () => {
  const { db, watermarks } = await setUp({ notes: 1, people: 1 });
  await fold(db, 1, 0, 9);
  watermarks.observe({ projection: "notes", partition: 0, generation: 1, seq: 9 });
  for (const name of ["notes", "people"]) {
    const refusal = watermarks.reach(name, 0, 1);
    await expect(refusal).rejects.toThrow(ProjectionBehind);
    // One that had been waited for in vain would say that it has not caught up.
    await expect(refusal).rejects.toThrow(/notes projection is being rebuilt/);
  }
  expect(await watermarks.unreadable()).toBeInstanceOf(ProjectionBehind);
  const generation = await replace(db, 2, 9);
  watermarks.observe({ projection: "notes", partition: 0, generation, seq: 9 });
  await watermarks.reach("notes", 0, 9);
  expect(await watermarks.unreadable()).toBeUndefined();
});

test("tables that are swapped for those of a newer format are not read any more", async () => {
  const { db, watermarks } = await setUp();
  await fold(db, 2, 0, 3);
  await watermarks.reach("notes", 0, 3);
  const generation = await replace(db, 3, 3);
  watermarks.observe({ projection: "notes", partition: 0, generation, seq: 3 });
  await expect(watermarks.reach("notes", 0, 3)).rejects.toThrow(/newer version/);
});

test("a statement that met tables of another format failed because of them, and others for what they say", async () => {
  const { db, watermarks } = await setUp();
  const failed = (column: string) =>
    db
      .selectFrom("notes.seen")
      .select(column)
      .execute()
      .catch((error: unknown) => error);
  const bug = await failed("no_such_column");
  expect(await watermarks.reasonFor(bug)).toBe(bug);
  await replace(db, 3, 0);
  expect(await watermarks.reasonFor(bug)).toBeInstanceOf(ProjectionBehind);
  const other = new TypeError("a bug");
  expect(await watermarks.reasonFor(other)).toBe(other);
});

test("where no tables were made yet a read waits for them", async () => {
  const { db, watermarks } = await setUp({ notes: 2 });
  const read = watermarks.reach("notes", 0, 0);
  await ProjectionTables.prepare(db, projection("people", 1));
  await read;
});
