import { sql } from "kysely";
import type { Db } from "../Database.ts";

/** All sets of tables that a projection has or lately had, so that their numbers are not used again and status can tell what is going on. */
export const up = async (db: Db): Promise<void> => {
  await db.schema
    .createTable("clickclack.generations")
    .addColumn("projection", "text", (col) => col.notNull())
    .addColumn("generation", "integer", (col) => col.notNull())
    .addColumn("format", "integer", (col) => col.notNull())
    .addColumn("purpose", "text", (col) => col.notNull())
    .addColumn("made_at", "timestamptz", (col) => col.notNull())
    .addColumn("dropped_at", "timestamptz")
    .addPrimaryKeyConstraint("generations_pkey", ["projection", "generation"])
    .execute();
  await sql`insert into clickclack.generations (projection, generation, format, purpose, made_at)
    select name, generation, format, 'readers', updated_at from clickclack.projections`.execute(db);
};
