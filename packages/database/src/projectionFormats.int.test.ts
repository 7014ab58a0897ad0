import { sql } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import { freshDatabase } from "../../../test/support/services.ts";
import { insertRows } from "./bulk.ts";
import { openDatabase } from "./Database.ts";
import { LiveTables } from "./LiveTables.ts";
import { maintainProjection } from "./maintainProjection.ts";
import { migrate, pendingMigrations } from "./migrate.ts";
import { OtherFormat } from "./OtherFormat.ts";
import { ProjectionTables } from "./ProjectionTables.ts";
import type { Projection, ReadModel } from "./ReadModel.ts";

type Noted = { readonly note: string };

/** A table that a program of one version has with the column `note`, and one of another with `text`. */
const model = (column: string): ReadModel<Noted> => ({
  tables: { notes: ["seq"] },
  create: async (db, schema) => {
    const table = db.withSchema(schema).schema.createTable("notes");
    await table
      .addColumn("seq", "bigint", (col) => col.primaryKey())
      .addColumn(column, "text")
      .execute();
  },
  changes: () => {
    const rows: Array<Record<string, unknown>> = [];
    return {
      fold: ({ note }, seq) => void rows.push({ seq, [column]: note }),
      write: (db, schema) => {
        const columns = { seq: "bigint", [column]: "text" };
        return insertRows(db, { schema, table: "notes", key: ["seq"], columns }, rows, "overwrite");
      },
    };
  },
});

const OLDER: Projection<Noted> = { name: "notes", format: 1, readModels: [model("note")] };
const NEWER: Projection<Noted> = { name: "notes", format: 2, readModels: [model("text")] };

const commits = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({
    seq: from + i + 1,
    commit: { events: [{ note: `note ${from + i + 1}` }] },
  }));

/** A database whose live tables are of the older program, with three commits folded into them. */
const setUp = async () => {
  const { db, close } = openDatabase((await freshDatabase()).url);
  onTestFinished(close);
  await migrate(db);
  await ProjectionTables.prepare(db, OLDER);
  const older = new LiveTables(db, OLDER);
  expect(await older.checkpoint(0)).toBe(0);
  expect(await older.apply(0, 0, 3, commits(0, 3))).toBe(true);
  const shown = async () =>
    (await sql<Record<string, unknown>>`select * from notes.notes order by seq`.execute(db)).rows;
  return { db, older, shown };
};

const rows = (column: string, to: number) =>
  commits(0, to).map(({ seq, commit }) => ({ seq, [column]: commit.events[0]!.note }));

test("a newer program that starts leaves the live tables alone, and folds nothing into them", async () => {
  const { db, older, shown } = await setUp();
  expect(await ProjectionTables.prepare(db, NEWER)).toBe(1);
  await expect(ProjectionTables.open(db, NEWER)).rejects.toThrow(OtherFormat);
  const newer = new LiveTables(db, NEWER);
  await expect(newer.checkpoint(0)).rejects.toThrow(/have format 1; this program knows 2/);
  expect(await newer.apply(0, 3, 4, commits(3, 4))).toBe(false);
  expect(await shown()).toEqual(rows("note", 3));
  expect(await older.apply(0, 3, 4, commits(3, 4))).toBe(true);
  expect(await shown()).toEqual(rows("note", 4));
});

test("new tables are filled beside the older program's, which goes on until the moment of the swap", async () => {
  const { db, older, shown } = await setUp();
  const newer = await ProjectionTables.beside(db, NEWER);
  await newer.apply(0, 0, 3, commits(0, 3));
  expect(await older.apply(0, 3, 5, commits(3, 5))).toBe(true);
  expect(await newer.swapIn()).toBe(false);
  expect(await shown()).toEqual(rows("note", 5));
  let during: Promise<boolean> | undefined;
  const swapped = await newer.swapIn(async (checkpoints) => {
    expect(checkpoints).toEqual(new Map([[0, 5]]));
    // Nobody folds into the live tables while the new ones catch up; whoever tries comes too late.
    during = older.apply(0, 5, 6, commits(5, 6));
    expect(await newer.apply(0, 3, 5, commits(3, 5))).toBe(true);
  });
  expect(swapped).toBe(true);
  expect(await during).toBe(false);
  expect(await shown()).toEqual(rows("text", 5));
  await expect(older.checkpoint(0)).rejects.toThrow(/have format 2; this program knows 1/);
  const live = new LiveTables(db, NEWER);
  expect(await live.checkpoint(0)).toBe(5);
  expect(await live.apply(0, 5, 6, commits(5, 6))).toBe(true);
});

test("an older program that starts after the swap leaves the newer tables alone", async () => {
  const { db, shown } = await setUp();
  const newer = await ProjectionTables.beside(db, NEWER);
  await newer.apply(0, 0, 3, commits(0, 3));
  expect(await newer.swapIn()).toBe(true);
  expect(await ProjectionTables.prepare(db, OLDER)).toBe(2);
  expect(await shown()).toEqual(rows("text", 3));
});

test("whoever still builds tables that were dropped as abandoned can neither fill nor show any", async () => {
  const { db, shown } = await setUp();
  const abandoned = await ProjectionTables.beside(db, NEWER);
  await abandoned.apply(0, 0, 1, commits(0, 1));
  await maintainProjection(db, "notes", async () => {
    const next = await ProjectionTables.beside(db, NEWER);
    expect(next.generation).toBe(abandoned.generation + 1);
    expect(await abandoned.apply(0, 1, 2, commits(1, 2))).toBe(false);
    await expect(abandoned.apply(1, 0, 2, commits(0, 2))).rejects.toThrow(/does not exist/);
    await expect(abandoned.swapIn()).rejects.toThrow(/was dropped/);
    await next.apply(0, 0, 3, commits(0, 3));
    expect(await next.swapIn()).toBe(true);
  });
  expect(await shown()).toEqual(rows("text", 3));
});

test("a database that a newer program has migrated is good for an older one", async () => {
  const { db } = await setUp();
  await db
    .insertInto("clickclack_migrations")
    .values({ name: "9999-of-a-newer-program", timestamp: new Date().toISOString() })
    .execute();
  expect(await pendingMigrations(db)).toEqual([]);
  expect(await migrate(db)).toEqual([]);
});
