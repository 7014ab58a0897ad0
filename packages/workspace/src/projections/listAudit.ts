import type { Db } from "@clickclack/database/Database";
import type { AuditEntry } from "@clickclack/protocol/http/AuditGroup";
import { sql } from "kysely";

/** Where an entry stands in its workspace's audit log. */
export interface AuditPlace {
  /** RFC 3339, milliseconds. */
  readonly at: string;
  readonly version: number;
}

/** What entries are asked for; times are RFC 3339, `since` is included and `until` is not. */
export interface AuditFilter {
  readonly type?: string | undefined;
  readonly actorId?: string | undefined;
  readonly targetId?: string | undefined;
  readonly channelId?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

interface AuditRow {
  readonly version: number;
  readonly event_id: string;
  readonly type: string;
  readonly at: Date;
  readonly actor_id: string;
  readonly credential_id: string | null;
  readonly target_id: string | null;
  readonly channel_id: string | null;
  readonly correlation_id: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** An entry with the place that a page goes on behind. */
export interface PlacedEntry {
  readonly entry: AuditEntry;
  readonly place: AuditPlace;
}

/** Entries of a workspace, newest first; those behind `before` where it is given. */
export const listAudit = async (
  db: Db,
  workspaceId: string,
  filter: AuditFilter,
  page: { readonly before?: AuditPlace | undefined; readonly limit: number },
): Promise<ReadonlyArray<PlacedEntry>> => {
  const { type, actorId, targetId, channelId, since, until } = filter;
  const { before, limit } = page;
  let query = db.selectFrom("chat.audit_entries").selectAll().where("workspace_id", "=", workspaceId);
  if (type !== undefined) query = query.where("type", "=", type);
  if (actorId !== undefined) query = query.where("actor_id", "=", actorId);
  if (targetId !== undefined) query = query.where("target_id", "=", targetId);
  if (channelId !== undefined) query = query.where("channel_id", "=", channelId);
  if (since !== undefined) query = query.where(sql<boolean>`at >= ${since}::timestamptz`);
  if (until !== undefined) query = query.where(sql<boolean>`at < ${until}::timestamptz`);
  if (before)
    query = query.where(sql<boolean>`(at, version) < (${before.at}::timestamptz, ${before.version}::bigint)`);
  const rows = await query.orderBy("at", "desc").orderBy("version", "desc").limit(limit).execute();
  return (rows as unknown as ReadonlyArray<AuditRow>).map((row) => ({
    entry: view(row),
    place: { at: row.at.toISOString(), version: row.version },
  }));
};

const view = (row: AuditRow): AuditEntry => ({
  id: row.event_id.replace(/^evt_/, "aud_"),
  type: row.type,
  at: row.at.toISOString(),
  actor: {
    user_id: row.actor_id,
    ...(row.credential_id !== null && { credential_id: row.credential_id }),
  },
  ...(row.target_id !== null && { target_id: row.target_id }),
  ...(row.channel_id !== null && { channel_id: row.channel_id }),
  correlation_id: row.correlation_id,
  details: row.details,
});
