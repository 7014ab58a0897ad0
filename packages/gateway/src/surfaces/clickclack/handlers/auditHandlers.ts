import { withDatabase } from "@clickclack/database/Database";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { AuditGroup } from "@clickclack/protocol/http/AuditGroup";
import type { WorkspaceEventType } from "@clickclack/protocol/events/WorkspaceEvents";
import { AUDITED_TYPES } from "@clickclack/workspace/audit/audited";
import { mayReadAudit } from "@clickclack/workspace/audit/mayReadAudit";
import { listAudit } from "@clickclack/workspace/projections/listAudit";
import type { GatewayContext } from "../../../GatewayContext.ts";
import { clamp } from "../../../http/clamp.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { ok } from "../../../http/HttpReply.ts";
import { requireTime } from "../../../http/requireTime.ts";
import { decodeAuditPlace, encodeAuditPlace } from "../auditCursor.ts";

const MAX_ENTRIES = 200;
const DEFAULT_ENTRIES = 50;

export const auditHandlers = ({ services, reads }: GatewayContext): Handlers<typeof AuditGroup> => ({
  listAuditLog: async ({ caller, params, query }) => {
    const replica = await reads.workspace(params.workspace_id, caller);
    if (!mayReadAudit(replica.state, caller.account.id))
      throw new ApiFailure("forbidden", "the audit log is for the workspace's owner");
    const filter = {
      type: typeOf(query.type),
      actorId: query.actor_id,
      targetId: query.target_id,
      channelId: query.channel_id,
      since: query.since && requireTime(query.since, "since"),
      until: query.until && requireTime(query.until, "until"),
    };
    const before = query.cursor === undefined ? undefined : decodeAuditPlace(query.cursor);
    const limit = clamp(query.limit, 1, MAX_ENTRIES, DEFAULT_ENTRIES);
    await reads.projectedUpTo(replica.id, replica.seq);
    const found = await withDatabase(() =>
      listAudit(services.db, replica.id, filter, { before, limit: limit + 1 }),
    );
    const shown = found.slice(0, limit);
    return ok({
      entries: shown.map(({ entry }) => entry),
      next_cursor: found.length > limit ? encodeAuditPlace(shown.at(-1)!.place) : null,
    });
  },
});

const typeOf = (named: string | undefined): string | undefined => {
  if (named === undefined || AUDITED_TYPES.includes(named as WorkspaceEventType)) return named;
  throw new ApiFailure("invalid_request", `type is one of ${AUDITED_TYPES.join(", ")}`);
};
