import { deleteRows, insertRows, type Row, updateRows } from "@clickclack/database/bulk";
import type { Db } from "@clickclack/database/Database";
import type { Changes, ReadModel } from "@clickclack/database/ReadModel";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import type { Workspace } from "@clickclack/protocol/http/shapes";
import { routeId } from "@clickclack/protocol/Ids";

const WORKSPACES = {
  table: "workspaces",
  key: ["id"],
  columns: { id: "text", name: "text", slug: "text", icon_url: "text", created_at: "timestamptz" },
};
const MEMBERS = {
  table: "members",
  key: ["workspace_id", "user_id"],
  columns: {
    workspace_id: "text",
    user_id: "text",
    role: "text",
    blocked: "boolean",
    joined_at: "timestamptz",
    timeout_until: "timestamptz",
    moderation_note: "text",
  },
};

const create = async (db: Db, schema: string): Promise<void> => {
  const bound = db.withSchema(schema).schema;
  await bound
    .createTable("workspaces")
    .addColumn("id", "text", (col) => col.primaryKey())
    .addColumn("name", "text", (col) => col.notNull())
    .addColumn("slug", "text", (col) => col.notNull())
    .addColumn("icon_url", "text", (col) => col.notNull())
    .addColumn("created_at", "timestamptz", (col) => col.notNull())
    .execute();
  await bound
    .createTable("members")
    .addColumn("workspace_id", "text", (col) => col.notNull())
    .addColumn("user_id", "text", (col) => col.notNull())
    .addColumn("role", "text", (col) => col.notNull())
    .addColumn("blocked", "boolean", (col) => col.notNull())
    .addColumn("joined_at", "timestamptz", (col) => col.notNull())
    .addColumn("timeout_until", "timestamptz")
    .addColumn("moderation_note", "text")
    .addPrimaryKeyConstraint("members_pkey", ["workspace_id", "user_id"])
    .execute();
  await bound.createIndex("members_by_user").on("members").column("user_id").execute();
};

/** Changes to workspaces and members are rare, so a batch holds few: each is written in the order of the log. */
const changes = (): Changes<WorkspaceEvent> => {
  const steps: Array<(db: Db, schema: string) => Promise<void>> = [];
  const workspace = (event: WorkspaceEvent, row: Row) =>
    steps.push((db, schema) =>
      insertRows(db, { schema, ...WORKSPACES }, [{ id: event.workspace_id, ...row }], "overwrite"),
    );
  /** Sets all that is known of members but when they joined. */
  const moderate = (rows: ReadonlyArray<Row>) => {
    const { joined_at: _, ...columns } = MEMBERS.columns;
    steps.push((db, schema) => updateRows(db, { schema, ...MEMBERS, columns }, rows));
  };
  return {
    fold(event) {
      switch (event.type) {
        case "workspace.created": {
          const { name, slug, icon_url } = event.payload;
          return void workspace(event, { name, slug, icon_url, created_at: event.at });
        }
        case "workspace.updated": {
          const set = Object.keys(event.payload);
          if (set.length === 0) return;
          const columns = Object.fromEntries(["id", ...set].map((name) => [name, "text"]));
          const row = { id: event.workspace_id, ...event.payload };
          return void steps.push((db, schema) => updateRows(db, { schema, ...WORKSPACES, columns }, [row]));
        }
        case "member.added": {
          const { user_id, role } = event.payload;
          const row = {
            workspace_id: event.workspace_id,
            user_id,
            role,
            blocked: false,
            joined_at: event.at,
          };
          return void steps.push((db, schema) => insertRows(db, { schema, ...MEMBERS }, [row], "overwrite"));
        }
        case "member.removed": {
          const row = { workspace_id: event.workspace_id, user_id: event.payload.user_id };
          return void steps.push((db, schema) => deleteRows(db, { schema, ...MEMBERS }, [row]));
        }
        case "member.moderation_updated": {
          return moderate([{ workspace_id: event.workspace_id, ...event.payload }]);
        }
        case "workspace.ownership_transferred": {
          const { from, to } = event.payload;
          const base = { workspace_id: event.workspace_id, blocked: false };
          const owner = { ...base, user_id: to, role: "owner" };
          return moderate([owner, { ...base, user_id: from, role: "moderator" }]);
        }
      }
    },
    async write(db, schema) {
      for (const step of steps) await step(db, schema);
    },
  };
};

/** Workspaces and their members. */
export const Workspaces: ReadModel<WorkspaceEvent> = {
  tables: { workspaces: WORKSPACES.key, members: MEMBERS.key },
  create,
  changes,
};

interface WorkspaceRow {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly icon_url: string;
  readonly created_at: Date;
  readonly role: Workspace["role"] & string;
}

/** A workspace as its members see it. */
export const workspaceView = (
  row: Omit<WorkspaceRow, "created_at"> & { readonly created_at: Date | string },
): Workspace => ({
  id: row.id,
  route_id: routeId("T", row.id),
  name: row.name,
  slug: row.slug,
  icon_url: row.icon_url,
  created_at: new Date(row.created_at).toISOString(),
  role: row.role,
});

/** The workspaces that a user belongs to and is not blocked in, oldest first. */
export const listWorkspaces = async (db: Db, userId: string): Promise<ReadonlyArray<Workspace>> => {
  const rows = await db
    .selectFrom("chat.members as m")
    .innerJoin("chat.workspaces as w", "w.id", "m.workspace_id")
    .select(["w.id", "w.name", "w.slug", "w.icon_url", "w.created_at", "m.role"])
    .where("m.user_id", "=", userId)
    .where("m.blocked", "=", false)
    .orderBy("w.created_at")
    .orderBy("w.id")
    .execute();
  return (rows as ReadonlyArray<WorkspaceRow>).map(workspaceView);
};

/** A workspace as the operator sees it. */
export interface ListedWorkspace {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly created_at: string;
  readonly owner_id?: string;
  readonly member_count: number;
}

/** Every workspace there is, oldest first. */
export const listAllWorkspaces = async (db: Db): Promise<ReadonlyArray<ListedWorkspace>> => {
  const rows = await db
    .selectFrom("chat.workspaces as w")
    .leftJoin("chat.members as m", "m.workspace_id", "w.id")
    .select((eb) => [
      "w.id",
      "w.name",
      "w.slug",
      "w.created_at",
      eb.fn.max<string | null>("m.user_id").filterWhere("m.role", "=", "owner").as("owner_id"),
      eb.fn.count<number>("m.user_id").as("member_count"),
    ])
    .groupBy(["w.id", "w.name", "w.slug", "w.created_at"])
    .orderBy("w.created_at")
    .orderBy("w.id")
    .execute();
  return rows.map(({ id, name, slug, created_at, owner_id, member_count }) => ({
    id,
    name,
    slug,
    created_at: (created_at as Date).toISOString(),
    ...(owner_id !== null && { owner_id }),
    member_count,
  }));
};
