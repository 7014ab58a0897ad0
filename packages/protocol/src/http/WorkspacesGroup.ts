import * as Schema from "effect/Schema";
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api";
import { Role } from "../events/WorkspaceEvents.ts";
import { EventFrame } from "../realtime/Frames.ts";
import { created, failures, IdParam, idempotencyHeader, LimitParam, TypedText } from "./endpoint.ts";
import { Member, RoleCounts, Workspace } from "./shapes.ts";

const params = { workspace_id: IdParam };

export const Slug = Schema.String.check(Schema.isPattern(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/));

/** Workspaces and who belongs to them. */
export const WorkspacesGroup = HttpApiGroup.make("workspaces").add(
  HttpApiEndpoint.get("listWorkspaces", "/api/workspaces", {
    success: Schema.Struct({ workspaces: Schema.Array(Workspace) }),
    error: failures,
  }),
  HttpApiEndpoint.post("createWorkspace", "/api/workspaces", {
    headers: idempotencyHeader,
    payload: Schema.Struct({ name: TypedText(80), slug: Schema.optionalKey(Slug) }),
    success: created(Schema.Struct({ workspace: Workspace })),
    error: failures,
  }),
  HttpApiEndpoint.get("getWorkspace", "/api/workspaces/:workspace_id", {
    params,
    success: Schema.Struct({ workspace: Workspace }),
    error: failures,
  }),
  HttpApiEndpoint.patch("updateWorkspace", "/api/workspaces/:workspace_id", {
    params,
    payload: Schema.Struct({
      name: Schema.optionalKey(TypedText(80)),
      slug: Schema.optionalKey(Slug),
      icon_url: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(2048))),
    }),
    success: Schema.Struct({ workspace: Workspace, event: EventFrame }),
    error: failures,
  }),
  HttpApiEndpoint.delete("deleteWorkspace", "/api/workspaces/:workspace_id", {
    params,
    success: HttpApiSchema.NoContent,
    error: failures,
  }).annotate(
    OpenApi.Description,
    "For the owner alone, and for good. The workspace, its channels, conversations, messages, files and searches are gone at once, for everybody; its slug is free again. Its events stay in the log, where nothing but the command line reads them.",
  ),
  HttpApiEndpoint.post("transferOwnership", "/api/workspaces/:workspace_id/transfer-ownership", {
    params,
    payload: Schema.Struct({ user_id: IdParam }),
    success: Schema.Struct({ workspace: Workspace, event: EventFrame }),
    error: failures,
  }).annotate(
    OpenApi.Description,
    "For the owner alone, to an active person who is a moderator or member. The former owner is a moderator then.",
  ),
  HttpApiEndpoint.get("listMembers", "/api/workspaces/:workspace_id/members", {
    params,
    query: {
      limit: Schema.optionalKey(LimitParam),
      cursor: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(128))),
      /** Part of a name or handle. */
      q: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(128))),
      role: Schema.optionalKey(Role),
    },
    success: Schema.Struct({
      members: Schema.Array(Member),
      has_more: Schema.Boolean,
      next_cursor: Schema.optionalKey(Schema.NullOr(Schema.String)),
      /** All that were asked for, blocked ones included. */
      total_count: Schema.optionalKey(Schema.Int),
      /** Of those, the ones who are not blocked. */
      total_by_role: Schema.optionalKey(RoleCounts),
    }),
    error: failures,
  }),
);
