import * as Schema from "effect/Schema";
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api";
import { Actor } from "../events/Envelope.ts";
import { failures, IdParam, LimitParam } from "./endpoint.ts";
import { Timestamp } from "./shapes.ts";

const optional = Schema.optionalKey;
const Text = Schema.String.check(Schema.isMaxLength(128));

export const AuditEntry = Schema.Struct({
  id: Schema.String,
  /** Of the event that it tells of. */
  type: Schema.String,
  at: Timestamp,
  /** Who did it, and by which session or token; nobody's in development mode. */
  actor: Actor,
  /** What was acted on: a member, a channel, an invite, a message. */
  target_id: optional(Schema.String),
  channel_id: optional(Schema.String),
  correlation_id: Schema.String,
  /** Ids and new values, by type. */
  details: Schema.Record(Schema.String, Schema.Unknown),
}).annotate({ identifier: "AuditEntry" });
export type AuditEntry = typeof AuditEntry.Type;

/** What was administered in a workspace, for its owner. */
export const AuditGroup = HttpApiGroup.make("audit").add(
  HttpApiEndpoint.get("listAuditLog", "/api/workspaces/:workspace_id/audit-log", {
    params: { workspace_id: IdParam },
    query: {
      limit: optional(LimitParam),
      cursor: optional(Text),
      type: optional(Text),
      actor_id: optional(IdParam),
      target_id: optional(IdParam),
      channel_id: optional(IdParam),
      /** The first moment whose entries are wanted; RFC 3339. */
      since: optional(Text),
      /** The first moment whose entries are not wanted any more; RFC 3339. */
      until: optional(Text),
    },
    success: Schema.Struct({
      /** Newest first. */
      entries: Schema.Array(AuditEntry),
      next_cursor: Schema.NullOr(Schema.String),
    }),
    error: failures,
  }),
);
