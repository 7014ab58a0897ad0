import type { Db } from "@clickclack/database/Database";
import { Watermarks } from "@clickclack/database/Watermarks";
import { accountAudit } from "@clickclack/identity/account/accountAudit";
import type { AuditEntry } from "@clickclack/protocol/http/AuditGroup";
import { ChatProjection } from "@clickclack/workspace/projections/ChatProjection";
import { type AuditFilter, type AuditPlace, listAudit } from "@clickclack/workspace/projections/listAudit";
import type { Operator } from "./Operator.ts";

/** Entries read from the database at a time, and commits from the log. */
const PAGE = 500;

/** The newest entries of a workspace's audit log, newest first, with all that was done before it was asked. Throws ProjectionBehind. */
export const readWorkspaceAudit = async (
  { deployment: { chat, chatStore } }: Operator,
  db: Db,
  workspaceId: string,
  filter: AuditFilter,
  limit: number,
): Promise<ReadonlyArray<AuditEntry>> => {
  const { seq } = await chatStore.position(workspaceId);
  const { name, format } = ChatProjection;
  await new Watermarks(db, { [name]: format }).reach(name, chat.partition(workspaceId), seq);
  const found: Array<AuditEntry> = [];
  for (let before: AuditPlace | undefined; found.length < limit;) {
    const page = { before, limit: Math.min(PAGE, limit - found.length) };
    const entries = await listAudit(db, workspaceId, filter, page);
    found.push(...entries.map(({ entry }) => entry));
    if (entries.length < page.limit) break;
    before = entries.at(-1)!.place;
  }
  return found;
};

/** The newest entries of an account's own log, newest first: what it was opened by, and what was changed about it. */
export const readAccountAudit = async (
  { deployment: { identityStore } }: Operator,
  accountId: string,
  { type, actorId, targetId, since, until }: AuditFilter,
  limit: number,
): Promise<ReadonlyArray<AuditEntry>> => {
  const wanted = (entry: AuditEntry): boolean =>
    (type === undefined || entry.type === type) &&
    (actorId === undefined || entry.actor.user_id === actorId) &&
    (targetId === undefined || entry.target_id === targetId) &&
    (since === undefined || entry.at >= since) &&
    (until === undefined || entry.at < until);
  const found: Array<AuditEntry> = [];
  for (let seq = 0; ;) {
    const commits = await identityStore.read(accountId, seq, PAGE);
    for (const { commit } of commits) {
      for (const event of commit.events) {
        const { credential_id, ...details } = accountAudit(event);
        const entry = {
          id: event.id.replace(/^evt_/, "aud_"),
          type: event.type,
          at: event.at,
          actor: event.actor,
          target_id: typeof credential_id === "string" ? credential_id : accountId,
          correlation_id: event.correlation_id,
          details,
        };
        if (wanted(entry)) found.push(entry);
      }
    }
    // The log is read from its beginning; only the newest that are wanted are kept.
    if (found.length > limit) found.splice(0, found.length - limit);
    if (commits.length < PAGE) return found.toReversed();
    seq = commits.at(-1)!.seq;
  }
};
