import { sql } from "kysely";
import type { Db } from "./Database.ts";

/** A table's columns and their SQL types, in the order in which rows are written. */
export type Columns = Readonly<Record<string, string>>;

/** A row to write: undefined becomes null. */
export type Row = Readonly<Record<string, unknown>>;

const names = (columns: Columns) => sql.join(Object.keys(columns).map((name) => sql.ref(name)));

/** One array parameter for each column: twice the rate of a list of values. */
const unnest = (columns: Columns, rows: ReadonlyArray<Row>) =>
  sql`unnest(${sql.join(
    Object.entries(columns).map(
      ([name, type]) => sql`${rows.map((row) => row[name] ?? null)}::${sql.raw(`${type}[]`)}`,
    ),
  )})`;

const table = (schema: string, name: string) => sql`${sql.id(schema, name)}`;

export interface Target {
  readonly schema: string;
  readonly table: string;
  readonly columns: Columns;
  readonly key: ReadonlyArray<string>;
}

/** What becomes of a column whose row exists: what is more, or what is less, stays. */
export type Merge = Readonly<Record<string, "greatest" | "least">>;

const conflictAction = (columns: ReadonlyArray<string>, onConflict: "overwrite" | "keep" | Merge) => {
  if (onConflict === "keep" || columns.length === 0) return sql`do nothing`;
  const set =
    onConflict === "overwrite"
      ? columns.map((name) => sql`${sql.ref(name)} = excluded.${sql.ref(name)}`)
      : Object.entries(onConflict).map(([name, pick]) => {
          const [column, picked] = [sql.ref(name), sql.raw(pick)];
          return sql`${column} = ${picked}(t.${column}, excluded.${column})`;
        });
  return sql`do update set ${sql.join(set)}`;
};

/** Inserts rows; those whose key exists are overwritten, left as they are, or merged. Rows have distinct keys. */
export const insertRows = async (
  db: Db,
  target: Target,
  rows: ReadonlyArray<Row>,
  onConflict: "overwrite" | "keep" | Merge,
): Promise<void> => {
  if (rows.length === 0) return;
  const { schema, columns, key } = target;
  const others = Object.keys(columns).filter((name) => !key.includes(name));
  const keys = sql.join(key.map((name) => sql.ref(name)));
  await sql`insert into ${table(schema, target.table)} as t (${names(columns)})
    select * from ${unnest(columns, rows)}
    on conflict (${keys}) ${conflictAction(others, onConflict)}`.execute(db);
};

/** Updates rows by their key; all given columns are set. Rows have distinct keys. */
export const updateRows = async (db: Db, target: Target, rows: ReadonlyArray<Row>): Promise<void> => {
  if (rows.length === 0) return;
  const { schema, columns, key } = target;
  const others = Object.keys(columns).filter((name) => !key.includes(name));
  const assignments = sql.join(others.map((name) => sql`${sql.ref(name)} = v.${sql.ref(name)}`));
  const matches = sql.join(
    key.map((name) => sql`t.${sql.ref(name)} = v.${sql.ref(name)}`),
    sql` and `,
  );
  await sql`update ${table(schema, target.table)} t set ${assignments}
    from ${unnest(columns, rows)} as v (${names(columns)}) where ${matches}`.execute(db);
};

/** Deletes rows by their key. */
export const deleteRows = async (db: Db, target: Target, rows: ReadonlyArray<Row>): Promise<void> => {
  if (rows.length === 0) return;
  const keyColumns = Object.fromEntries(target.key.map((name) => [name, target.columns[name]!]));
  const matches = sql.join(
    target.key.map((name) => sql`t.${sql.ref(name)} = v.${sql.ref(name)}`),
    sql` and `,
  );
  await sql`delete from ${table(target.schema, target.table)} t
    using ${unnest(keyColumns, rows)} as v (${names(keyColumns)}) where ${matches}`.execute(db);
};
