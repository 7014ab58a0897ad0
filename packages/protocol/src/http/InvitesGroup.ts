import * as Schema from "effect/Schema";
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api";
import { InviteRole } from "../events/WorkspaceEvents.ts";
import { created, failures, IdParam, idempotencyHeader, notFoundFailure, openFailures } from "./endpoint.ts";
import { Timestamp, Workspace } from "./shapes.ts";

const optional = Schema.optionalKey;

/** An invite for more people than that is an open door. */
export const MAX_USES = 10_000;
const MAX_TIME = 64; // characters; RFC 3339 with nanoseconds has 35

export const InviteState = Schema.Literals(["open", "expired", "used_up", "void"]).annotate({
  description: "void: whoever made it could not make it any more",
});
export type InviteState = typeof InviteState.Type;

export const Invite = Schema.Struct({
  id: Schema.String,
  /** Absent in lists for whoever could not have made this invite. */
  code: optional(Schema.String),
  workspace_id: Schema.String,
  role: InviteRole,
  channel_id: optional(Schema.String),
  expires_at: optional(Timestamp),
  max_uses: optional(Schema.Int),
  uses: Schema.Int,
  created_by: Schema.String,
  created_at: Timestamp,
  state: InviteState,
}).annotate({ identifier: "Invite" });
export type Invite = typeof Invite.Type;

/** What an invite tells somebody who is no member yet. */
export const InvitePreview = Schema.Struct({
  workspace: Schema.Struct({ id: Schema.String, name: Schema.String, icon_url: Schema.String }),
  role: InviteRole,
  expires_at: optional(Timestamp),
  /** Whether it would be accepted now. */
  valid: Schema.Boolean,
}).annotate({ identifier: "InvitePreview" });
export type InvitePreview = typeof InvitePreview.Type;

/** A code where an invite is looked at or accepted, an id where it is revoked: one path, so one name. */
const params = { invite: IdParam };

const workspace = { workspace_id: IdParam };

/** Letting people in: whoever has an invite's code joins its workspace. */
export const InvitesGroup = HttpApiGroup.make("invites").add(
  HttpApiEndpoint.post("createInvite", "/api/workspaces/:workspace_id/invites", {
    params: workspace,
    headers: idempotencyHeader,
    payload: Schema.Struct({
      role: optional(InviteRole),
      /** A week from now where it is absent; null for one that ends when it is revoked. */
      expires_at: optional(Schema.NullOr(Schema.String.check(Schema.isMaxLength(MAX_TIME)))),
      max_uses: optional(
        Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: MAX_USES }))),
      ),
      channel_id: optional(IdParam),
    }),
    success: created(Schema.Struct({ invite: Invite, url: Schema.String })),
    error: failures,
  }),
  HttpApiEndpoint.get("listInvites", "/api/workspaces/:workspace_id/invites", {
    params: workspace,
    query: {
      /** Ended ones are expired, used up or void; the newest of them are kept. Open ones without it. */
      state: optional(Schema.Literals(["open", "ended", "all"])),
    },
    success: Schema.Struct({ invites: Schema.Array(Invite) }),
    error: failures,
  }),
  HttpApiEndpoint.delete("revokeInvite", "/api/invites/:invite", {
    params,
    success: Schema.Struct({ ok: Schema.Literal(true) }),
    error: failures,
  }),
  HttpApiEndpoint.get("previewInvite", "/api/invites/:invite", {
    params,
    success: InvitePreview,
    error: [...openFailures, notFoundFailure],
  }),
  HttpApiEndpoint.post("acceptInvite", "/api/invites/:invite/accept", {
    params,
    success: Schema.Struct({ workspace: Workspace, channel_id: optional(Schema.String) }),
    error: failures,
  }),
);
