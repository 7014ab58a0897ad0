import { insertRows, type Row, updateRows } from "@clickclack/database/bulk";
import type { Db } from "@clickclack/database/Database";
import type { Changes, ReadModel } from "@clickclack/database/ReadModel";
import { sql } from "kysely";
import type { IdentityEvent } from "@clickclack/protocol/events/IdentityEvents";

const COLUMNS = {
  id: "text",
  kind: "text",
  display_name: "text",
  handle: "text",
  former_handle: "text",
  avatar_url: "text",
  owner_user_id: "text",
  created_at: "timestamptz",
  deleted_at: "timestamptz",
  erased: "boolean",
};
const TABLE = { table: "users", key: ["id"], columns: COLUMNS };

const create = async (db: Db, schema: string): Promise<void> => {
  const bound = db.withSchema(schema).schema;
  await bound
    .createTable("users")
    .addColumn("id", "text", (col) => col.primaryKey())
    .addColumn("kind", "text", (col) => col.notNull())
    .addColumn("display_name", "text", (col) => col.notNull())
    .addColumn("handle", "text", (col) => col.notNull())
    .addColumn("former_handle", "text")
    .addColumn("avatar_url", "text", (col) => col.notNull())
    .addColumn("owner_user_id", "text")
    .addColumn("created_at", "timestamptz", (col) => col.notNull())
    .addColumn("deleted_at", "timestamptz")
    // Whether it is gone for good; a deactivated account may come back.
    .addColumn("erased", "boolean", (col) => col.notNull())
    .execute();
  await bound.createIndex("users_by_handle").on("users").column("handle").execute();
  // Those who are gone are looked for again and again, and are few.
  await bound
    .createIndex("erased_users")
    .on("users")
    .column("id")
    .where(sql.ref("erased"), "=", true)
    .execute();
};

const updateOf = (event: IdentityEvent): Row | undefined => {
  switch (event.type) {
    case "account.updated": {
      const { notification_settings: _, appearance_preferences: __, ...profile } = event.payload;
      return Object.keys(profile).length > 0 ? profile : undefined;
    }
    case "account.deactivated":
      return { deleted_at: event.at };
    case "account.reactivated":
      return { deleted_at: null };
    case "account.deleted":
      return { ...event.payload, former_handle: null, avatar_url: "", deleted_at: event.at, erased: true };
    default:
      return undefined;
  }
};

const changes = (): Changes<IdentityEvent> => {
  const inserts = new Map<string, Row>();
  const updates = new Map<string, Row>();
  return {
    fold(event) {
      const id = event.account_id;
      if (event.type === "account.created") {
        const { email: _, ...profile } = event.payload;
        inserts.set(id, { id, ...profile, created_at: event.at, erased: false });
        return;
      }
      const update = updateOf(event);
      if (!update) return;
      const fresh = inserts.get(id);
      if (fresh) inserts.set(id, { ...fresh, ...update });
      else updates.set(id, { ...updates.get(id), id, ...update });
    },
    async write(db, schema) {
      await insertRows(db, { schema, ...TABLE }, [...inserts.values()], "keep");
      for (const row of updates.values()) {
        const columns = Object.fromEntries(
          Object.keys(row).map((name) => [name, COLUMNS[name as keyof typeof COLUMNS]]),
        );
        await updateRows(db, { schema, ...TABLE, columns }, [row]);
      }
    },
  };
};

/** People and bots as others see them; emails and credentials stay in the log. */
export const Users: ReadModel<IdentityEvent> = { tables: { users: TABLE.key }, create, changes };
