import { withDatabase } from "@clickclack/database/Database";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { Workspace } from "@clickclack/protocol/http/shapes";
import type { WorkspacesGroup } from "@clickclack/protocol/http/WorkspacesGroup";
import { listMembers } from "@clickclack/workspace/projections/listMembers";
import { listWorkspaces, workspaceView } from "@clickclack/workspace/projections/Workspaces";
import type { WorkspaceState } from "@clickclack/workspace/WorkspaceState";
import type { Caller } from "../../../authentication/Caller.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import { clamp } from "../../../http/clamp.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { createdReply, ok } from "../../../http/HttpReply.ts";
import { wireEvent } from "../wireEvent.ts";
import { createWorkspace } from "../createWorkspace.ts";

const MAX_MEMBERS = 200;
const DEFAULT_MEMBERS = 100;

const view = (state: WorkspaceState, caller: Caller): Workspace =>
  workspaceView({
    id: state.id,
    name: state.name,
    slug: state.slug,
    icon_url: state.iconUrl,
    created_at: state.createdAt,
    role: state.members.get(caller.account.id)!.role,
  });

export const workspaceHandlers = (context: GatewayContext): Handlers<typeof WorkspacesGroup> => {
  const { services, reads, writes } = context;
  return {
    listWorkspaces: async ({ caller }) => {
      await reads.allProjected();
      return ok({ workspaces: await withDatabase(() => listWorkspaces(services.db, caller.account.id)) });
    },

    createWorkspace: async ({ caller, payload, headers, request, rawBody }) => {
      if (caller.account.kind === "bot")
        throw new ApiFailure("not_allowed_for_bots", "bots cannot create workspaces");
      const workspace = await createWorkspace(context, caller, {
        name: payload.name,
        ...(payload.slug !== undefined && { slug: payload.slug }),
        ...(headers["idempotency-key"] !== undefined && { idempotencyKey: headers["idempotency-key"] }),
        request,
        rawBody,
      });
      return createdReply({ workspace });
    },

    getWorkspace: async ({ caller, params }) => {
      const { state } = await reads.workspace(params.workspace_id, caller);
      return ok({ workspace: view(state, caller) });
    },

    updateWorkspace: async ({ caller, params, payload, request }) => {
      const replica = await reads.workspace(params.workspace_id, caller);
      const { slug } = payload;
      if (slug !== undefined && slug !== replica.state.slug) {
        const claim = await services.reservations.claim("slug", slug, replica.id);
        if (claim._tag === "Taken") throw new ApiFailure("name_taken", "this slug is taken");
      }
      const command = {
        type: "UpdateWorkspace" as const,
        ...(payload.name !== undefined && { name: payload.name }),
        ...(slug !== undefined && { slug }),
        ...(payload.icon_url !== undefined && { iconUrl: safeUrl(payload.icon_url) }),
      };
      const outcome = await writes.send(replica.id, caller, command, {
        correlationId: request.correlationId,
      });
      const { event, seq } = outcome.events[0]!;
      await replica.reach(event.version);
      return ok({ workspace: view(replica.state, caller), event: wireEvent(event, seq, services.epoch)! });
    },

    listMembers: async ({ caller, params, query }) => {
      const replica = await reads.projected(params.workspace_id, caller);
      const limit = clamp(query.limit, 1, MAX_MEMBERS, DEFAULT_MEMBERS);
      const options = { limit, ...(query.cursor !== undefined && { after: query.cursor }) };
      return ok(await withDatabase(() => listMembers(services.db, replica.id, options)));
    },
  };
};

/** Links that people will click: never a script. */
const safeUrl = (url: string): string => {
  if (url === "" || /^https?:\/\//i.test(url) || url.startsWith("/")) return url;
  throw new ApiFailure("invalid_request", "a URL must begin with http://, https:// or /");
};
