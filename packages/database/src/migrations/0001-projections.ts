import type { Db } from "../Database.ts";

/** Where each projection's live tables lie, and how far each partition is folded into each set of tables. */
export const up = async (db: Db): Promise<void> => {
  await db.schema.createSchema("clickclack").ifNotExists().execute();
  await db.schema
    .createTable("clickclack.projections")
    .addColumn("name", "text", (col) => col.primaryKey())
    .addColumn("generation", "integer", (col) => col.notNull())
    .addColumn("format", "integer", (col) => col.notNull())
    .addColumn("updated_at", "timestamptz", (col) => col.notNull())
    .execute();
  await db.schema
    .createTable("clickclack.checkpoints")
    .addColumn("projection", "text", (col) => col.notNull())
    .addColumn("generation", "integer", (col) => col.notNull())
    .addColumn("partition", "integer", (col) => col.notNull())
    .addColumn("seq", "bigint", (col) => col.notNull())
    .addPrimaryKeyConstraint("checkpoints_pkey", ["projection", "generation", "partition"])
    .execute();
};
