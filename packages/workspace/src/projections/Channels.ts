import { insertRows } from "@clickclack/database/bulk";
import type { Db } from "@clickclack/database/Database";
import type { Changes, ReadModel } from "@clickclack/database/ReadModel";
import type { WorkspaceEvent, WorkspaceEventOf } from "@clickclack/protocol/events/WorkspaceEvents";
import type { Channel } from "@clickclack/protocol/http/shapes";
import { routeId } from "@clickclack/protocol/Ids";
import { sql } from "kysely";
import { type ReadCount, readCounts } from "./readCounts.ts";

const CHANNELS = {
  table: "channels",
  key: ["id"],
  columns: {
    id: "text",
    workspace_id: "text",
    name: "text",
    kind: "text",
    created_at: "timestamptz",
    archived_at: "timestamptz",
    display_title: "text",
    external_managed: "boolean",
    external_ref: "text",
    external_url: "text",
    sidebar_section: "text",
    slow_mode_seconds: "integer",
  },
};

const create = async (db: Db, schema: string): Promise<void> => {
  const bound = db.withSchema(schema).schema;
  await bound
    .createTable("channels")
    .addColumn("id", "text", (col) => col.primaryKey())
    .addColumn("workspace_id", "text", (col) => col.notNull())
    .addColumn("name", "text", (col) => col.notNull())
    .addColumn("kind", "text", (col) => col.notNull())
    .addColumn("created_at", "timestamptz", (col) => col.notNull())
    .addColumn("archived_at", "timestamptz")
    .addColumn("display_title", "text")
    .addColumn("external_managed", "boolean", (col) => col.notNull())
    .addColumn("external_ref", "text")
    .addColumn("external_url", "text")
    .addColumn("sidebar_section", "text")
    .addColumn("slow_mode_seconds", "integer")
    .execute();
  await bound
    .createIndex("channels_by_workspace")
    .on("channels")
    .columns(["workspace_id", "created_at"])
    .execute();
};

type Details = Partial<
  Record<"display_title" | "external_ref" | "external_url" | "sidebar_section", string>
> & {
  readonly external_managed?: boolean;
  readonly slow_mode_seconds?: number;
};

const details = (payload: Details) => ({
  display_title: payload.display_title,
  external_managed: payload.external_managed ?? false,
  external_ref: payload.external_ref,
  external_url: payload.external_url,
  sidebar_section: payload.sidebar_section,
  slow_mode_seconds: payload.slow_mode_seconds,
});

type Step = (db: Db, schema: string) => Promise<void>;

const created = (event: WorkspaceEventOf<"channel.created">): Step => {
  const { channel_id: id, name, kind } = event.payload;
  const { workspace_id, at: created_at } = event;
  const row = { id, workspace_id, name, kind, created_at, ...details(event.payload) };
  return (db, schema) => insertRows(db, { schema, ...CHANNELS }, [row], "overwrite");
};

const updated = (event: WorkspaceEventOf<"channel.updated">): Step => {
  const { channel_id: id, name, archived } = event.payload;
  // A channel that stays archived keeps the time at which that happened.
  const archived_at = archived ? sql`coalesce(archived_at, ${event.at}::timestamptz)` : null;
  const values = { name, archived_at, ...nullified(details(event.payload)) };
  return async (db, schema) => {
    await db.withSchema(schema).updateTable("channels").set(values).where("id", "=", id).execute();
  };
};

const nullified = (values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value ?? null]));

/** Changes to channels are rare, so a batch holds few: each is written in the order of the log. */
const changes = (): Changes<WorkspaceEvent> => {
  const steps: Array<Step> = [];
  return {
    fold(event) {
      if (event.type === "channel.created") steps.push(created(event));
      if (event.type === "channel.updated") steps.push(updated(event));
    },
    async write(db, schema) {
      for (const step of steps) await step(db, schema);
    },
  };
};

/** Channels of workspaces; who belongs to them is decided by the access state, not here. */
export const Channels: ReadModel<WorkspaceEvent> = { tables: { channels: CHANNELS.key }, create, changes };

interface ChannelRow {
  readonly id: string;
  readonly workspace_id: string;
  readonly name: string;
  readonly kind: Channel["kind"];
  readonly created_at: Date;
  readonly archived_at: Date | null;
  readonly display_title: string | null;
  readonly external_managed: boolean;
  readonly external_ref: string | null;
  readonly external_url: string | null;
  readonly sidebar_section: string | null;
  readonly slow_mode_seconds: number | null;
}

const channelView = (row: ChannelRow, counts: ReadCount): Channel => ({
  id: row.id,
  route_id: routeId("C", row.id),
  workspace_id: row.workspace_id,
  name: row.name,
  kind: row.kind,
  created_at: row.created_at.toISOString(),
  external_managed: row.external_managed,
  last_seq: counts.last_seq,
  last_read_seq: counts.last_read_seq,
  unread_count: counts.unread_count,
  mention_count: counts.mention_count,
  ...(row.display_title !== null && { display_title: row.display_title }),
  ...(row.archived_at !== null && { archived_at: row.archived_at.toISOString() }),
  ...(row.external_ref !== null && { external_ref: row.external_ref }),
  ...(row.external_url !== null && { external_url: row.external_url }),
  ...(row.sidebar_section !== null && { sidebar_section: row.sidebar_section }),
  ...(row.slow_mode_seconds !== null && { slow_mode_seconds: row.slow_mode_seconds }),
});

/** These channels as a user sees them, oldest first. */
export const listChannels = async (
  db: Db,
  ids: ReadonlyArray<string>,
  userId: string,
): Promise<ReadonlyArray<Channel>> => {
  if (ids.length === 0) return [];
  const [rows, counts] = await Promise.all([
    db
      .selectFrom("chat.channels")
      .selectAll()
      .where("id", "=", sql<string>`any(${ids}::text[])`)
      .orderBy("created_at")
      .orderBy("id")
      .execute() as unknown as Promise<ReadonlyArray<ChannelRow>>,
    readCounts(db, ids, userId),
  ]);
  return rows.map((row) => channelView(row, counts.get(row.id)!));
};
