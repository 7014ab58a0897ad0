import { insertRows, type Row, updateRows } from "@clickclack/database/bulk";
import type { Db } from "@clickclack/database/Database";
import type { Changes, ReadModel } from "@clickclack/database/ReadModel";
import type { IdentityEvent } from "@clickclack/protocol/events/IdentityEvents";

const COLUMNS = {
  id: "text",
  kind: "text",
  display_name: "text",
  handle: "text",
  avatar_url: "text",
  owner_user_id: "text",
  created_at: "timestamptz",
  deleted_at: "timestamptz",
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
    .addColumn("avatar_url", "text", (col) => col.notNull())
    .addColumn("owner_user_id", "text")
    .addColumn("created_at", "timestamptz", (col) => col.notNull())
    .addColumn("deleted_at", "timestamptz")
    .execute();
  await bound.createIndex("users_by_handle").on("users").column("handle").execute();
};

const updateOf = (event: IdentityEvent): Row | undefined => {
  if (event.type === "account.updated") return { ...event.payload };
  if (event.type === "account.deactivated") return { deleted_at: event.at };
  return undefined;
};

const changes = (): Changes<IdentityEvent> => {
  const inserts = new Map<string, Row>();
  const updates = new Map<string, Row>();
  return {
    fold(event) {
      const id = event.account_id;
      if (event.type === "account.created") {
        const { email: _, ...profile } = event.payload;
        inserts.set(id, { id, ...profile, created_at: event.at });
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
