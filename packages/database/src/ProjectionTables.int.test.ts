import { sql } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import { freshDatabase } from "../../../test/support/services.ts";
import { insertRows } from "./bulk.ts";
import { type Db, openDatabase } from "./Database.ts";
import { LiveTables } from "./LiveTables.ts";
import { maintainProjection, ProjectionBusy } from "./maintainProjection.ts";
import { migrate, pendingMigrations } from "./migrate.ts";
import { ProjectionTables } from "./ProjectionTables.ts";
import type { Projection, ReadModel } from "./ReadModel.ts";

type Noted = { readonly note: string };

const Notes: ReadModel<Noted> = {
  tables: { notes: ["seq"] },
  create: async (db, schema) => {
    const table = db.withSchema(schema).schema.createTable("notes");
    await table
      .addColumn("seq", "bigint", (col) => col.primaryKey())
      .addColumn("note", "text")
      .execute();
  },
  changes: () => {
    const rows: Array<{ seq: number; note: string }> = [];
    return {
      fold: ({ note }, seq) => void rows.push({ seq, note }),
      write: (db, schema) =>
        insertRows(
          db,
          { schema, table: "notes", key: ["seq"], columns: { seq: "bigint", note: "text" } },
          rows,
          "overwrite",
        ),
    };
  },
};

const notes = (format = 1): Projection<Noted> => ({ name: "notes", format, readModels: [Notes] });

const commit = (seq: number, note = `note ${seq}`) => ({ seq, commit: { events: [{ note }] } });
const commits = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => commit(from + i + 1));

const openLive = async (db: Db, definition: Projection<Noted>): Promise<LiveTables<Noted>> => {
  await ProjectionTables.prepare(db, definition);
  return new LiveTables(db, definition);
};

/** Live tables that know their generation, as those of a projector that looked its checkpoint up. */
const openFolding = async (db: Db, definition: Projection<Noted>): Promise<LiveTables<Noted>> => {
  const live = await openLive(db, definition);
  await live.checkpoint(0);
  return live;
};

const setUp = async () => {
  const { db, close } = openDatabase((await freshDatabase()).url);
  onTestFinished(close);
  await migrate(db);
  const seen = async () =>
    (await sql<{ seq: number }>`select seq from notes.notes order by seq`.execute(db)).rows.map(
      ({ seq }) => seq,
    );
  return { db, seen };
};

test("what a database lacks is told without changing it", async () => {
  const { db, close } = openDatabase((await freshDatabase()).url);
  onTestFinished(close);
  const all = ["0001-projections", "0002-generations"];
  for (let i = 0; i < 2; i++) expect(await pendingMigrations(db)).toEqual(all);
  await migrate(db);
  expect(await pendingMigrations(db)).toEqual([]);
});

test("commits are folded from where the checkpoint is, by whoever comes first", async () => {
  const { db, seen } = await setUp();
  const [one, other] = [await openFolding(db, notes()), await openFolding(db, notes())];
  const folded = await Promise.all([one.apply(0, 0, 3, commits(0, 3)), other.apply(0, 0, 2, commits(0, 2))]);
  expect(folded.toSorted()).toEqual([false, true]);
  const at = await one.checkpoint(0);
  expect(await seen()).toEqual(commits(0, at).map(({ seq }) => seq));
  expect(await other.apply(0, at, 9, [commit(9)])).toBe(true);
  expect(await one.apply(0, at, 8, [commit(8)])).toBe(false);
});

test("new tables are swapped in once they hold as much as the live ones in every partition", async () => {
  const { db, seen } = await setUp();
  const live = await openFolding(db, notes());
  await live.apply(0, 0, 2, commits(0, 2));
  await live.apply(1, 0, 7, [commit(7)]);
  const anew = await ProjectionTables.beside(db, notes());
  expect(await anew.apply(0, 0, 2, [commit(1, "anew"), commit(2)])).toBe(true);
  expect(await anew.swapIn()).toBe(false);
  expect(await anew.apply(1, 0, 8, [commit(7), commit(8)])).toBe(true);
  expect(await seen()).toEqual([1, 2, 7]);
  expect(await anew.swapIn()).toBe(true);
  expect(await seen()).toEqual([1, 2, 7, 8]);
  expect(await anew.swapIn()).toBe(true);
});

test("a projector that folded into the former tables loses nothing and goes on in the new ones", async () => {
  const { db, seen } = await setUp();
  const live = await openFolding(db, notes());
  const untouched = await openFolding(db, notes());
  await live.apply(0, 0, 2, commits(0, 2));
  const anew = await ProjectionTables.beside(db, notes());
  await anew.apply(0, 0, 3, commits(0, 3));
  await anew.swapIn();
  expect(await live.apply(0, 2, 4, commits(2, 4))).toBe(false);
  expect(await untouched.apply(1, 0, 9, [commit(9)])).toBe(false);
  expect(await live.checkpoint(0)).toBe(3);
  expect(await live.apply(0, 3, 4, [commit(4)])).toBe(true);
  expect(await seen()).toEqual([1, 2, 3, 4]);
});

test("folding and swapping at the same time end in the same rows", async () => {
  const { db, seen } = await setUp();
  const live = await openFolding(db, notes());
  const end = 200;
  const project = async () => {
    for (let at = 0; at < end;) {
      if (!(await live.apply(0, at, at + 1, [commit(at + 1)]))) at = await live.checkpoint(0);
      else at++;
    }
  };
  const rebuild = async () => {
    const anew = await ProjectionTables.beside(db, notes());
    for (let at = 0; ;) {
      const to = await (await ProjectionTables.live(db, notes())).checkpoint(0);
      if (to > at) await anew.apply(0, at, to, commits(at, to));
      at = Math.max(at, to);
      if (await anew.swapIn()) return;
    }
  };
  const rebuilding = (async () => {
    for (let i = 0; i < 5; i++) await rebuild();
  })();
  await Promise.all([project(), rebuilding]);
  expect(await seen()).toEqual(commits(0, end).map(({ seq }) => seq));
});

test("a swap gives way to whoever reads, and comes later", async () => {
  const { db, seen } = await setUp();
  await openLive(db, notes());
  const anew = await ProjectionTables.beside(db, notes());
  await db.transaction().execute(async (reader) => {
    await sql`select from notes.notes`.execute(reader);
    expect(await anew.swapIn()).toBe(false);
    await sql`select from notes.notes`.execute(reader);
  });
  expect(await anew.swapIn()).toBe(true);
  expect(await seen()).toEqual([]);
});

test("the live state is of one moment, and equals tables folded up to its checkpoints", async () => {
  const { db } = await setUp();
  const live = await openFolding(db, notes());
  await live.apply(0, 0, 3, commits(0, 3));
  const state = await ProjectionTables.liveState(db, notes());
  await live.apply(0, 3, 4, [commit(4)]);
  expect(state.checkpoints).toEqual(new Map([[0, 3]]));
  const anew = await ProjectionTables.beside(db, notes());
  await anew.apply(0, 0, 3, commits(0, 3));
  expect(await anew.checksums()).toEqual(state.checksums);
  expect((await ProjectionTables.liveState(db, notes())).checksums).not.toEqual(state.checksums);
});

test("maintenance is done by one at a time, and drops what an earlier one left", async () => {
  const { db } = await setUp();
  const live = await ProjectionTables.open(db, notes());
  const left = await ProjectionTables.beside(db, notes());
  await left.apply(0, 0, 1, [commit(1)]);
  const names = async () =>
    (await sql<{ n: string }>`select nspname as n from pg_namespace where nspname like 'rm%'`.execute(db))
      .rows;
  await maintainProjection(db, "notes", async () => {
    expect(await names()).toEqual([{ n: live.schema }]);
    await expect(maintainProjection(db, "notes", async () => undefined)).rejects.toThrow(ProjectionBusy);
    expect(await maintainProjection(db, "others", async () => "done")).toBe("done");
  });
  await expect(maintainProjection(db, "notes", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await maintainProjection(db, "notes", async () => "again")).toBe("again");
});
