import * as Schema from "effect/Schema";
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api";
import { Role } from "../events/WorkspaceEvents.ts";
import { EventFrame } from "../realtime/Frames.ts";
import { failures, IdParam, LimitParam } from "./endpoint.ts";
import { ModeratedMember, Timestamp } from "./shapes.ts";

const workspace = { params: { workspace_id: IdParam }, error: failures } as const;
const member = { params: { workspace_id: IdParam, user_id: IdParam }, error: failures } as const;

const MAX_NOTE = 2_000;
/** Longer than any RFC 3339 time that somebody means. */
const MAX_TIME = 64;

const Done = Schema.Struct({ ok: Schema.Literal(true) });

/** Keeping a workspace civil: the owner manages everybody else, moderators members, guests and bots. */
export const ModerationGroup = HttpApiGroup.make("moderation").add(
  HttpApiEndpoint.get("listModeratedMembers", "/api/workspaces/:workspace_id/moderation/members", {
    ...workspace,
    query: {
      limit: Schema.optionalKey(LimitParam),
      cursor: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(128))),
      /** Part of a name or handle. */
      q: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(128))),
      role: Schema.optionalKey(Role),
    },
    success: Schema.Struct({
      members: Schema.Array(ModeratedMember),
      has_more: Schema.Boolean,
      next_cursor: Schema.optionalKey(Schema.NullOr(Schema.String)),
    }),
  }),
  HttpApiEndpoint.patch("moderateMember", "/api/workspaces/:workspace_id/moderation/members/:user_id", {
    ...member,
    payload: Schema.Struct({
      role: Schema.optionalKey(Role),
      /** RFC 3339, in the future, within 28 days. At most one of the three is given. */
      timeout_until: Schema.optionalKey(Timestamp.check(Schema.isMaxLength(MAX_TIME))),
      timeout_minutes: Schema.optionalKey(Schema.Int),
      clear_timeout: Schema.optionalKey(Schema.Boolean),
      blocked: Schema.optionalKey(Schema.Boolean),
      /** Empty clears it; members never see it. */
      moderation_note: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(MAX_NOTE))),
    }),
    success: Schema.Struct({ member: ModeratedMember, event: EventFrame }),
  }).annotate(
    OpenApi.Description,
    "Who is timed out reads and does not write, but may take back what is its own and leave. Who is blocked does neither, at once and everywhere.",
  ),
  HttpApiEndpoint.delete("removeMember", "/api/workspaces/:workspace_id/members/:user_id", {
    ...member,
    success: Done,
  }),
  HttpApiEndpoint.post("leaveWorkspace", "/api/workspaces/:workspace_id/leave", {
    ...workspace,
    success: Done,
  }),
);
