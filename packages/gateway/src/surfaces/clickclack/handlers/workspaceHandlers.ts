import { withDatabase } from "@clickclack/database/Database";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { EmptyEvent, type Workspace } from "@clickclack/protocol/http/shapes";
import type { WorkspacesGroup } from "@clickclack/protocol/http/WorkspacesGroup";
import { listMembers } from "@clickclack/workspace/projections/listMembers";
import { listWorkspaces, workspaceView } from "@clickclack/workspace/projections/Workspaces";
import { isManager } from "@clickclack/workspace/rules";
import type { WorkspaceState } from "@clickclack/workspace/WorkspaceState";
import type { Caller } from "../../../authentication/Caller.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import { clamp } from "../../../http/clamp.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { createdReply, ok } from "../../../http/HttpReply.ts";
import { eventOf } from "../../../Writes.ts";
import { safeLink } from "../safeLink.ts";
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
      const workspaces = await withDatabase(() => listWorkspaces(services.db, caller.account.id));
      const { workspaceId } = caller;
      return ok({
        workspaces: workspaces.filter(({ id }) => workspaceId === undefined || id === workspaceId),
      });
    },

    createWorkspace: async ({ caller, payload, headers, request, rawBody }) => {
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
      requireManager(replica.state, caller);
      const { slug } = payload;
      if (slug !== undefined && slug !== replica.state.slug) {
        const claim = await services.reservations.claim("slug", slug, replica.id);
        if (claim._tag === "Taken") throw new ApiFailure("name_taken", "this slug is taken");
      }
      const command = {
        type: "UpdateWorkspace" as const,
        ...(payload.name !== undefined && { name: payload.name }),
        ...(slug !== undefined && { slug }),
        ...(payload.icon_url !== undefined && {
          iconUrl: safeLink("icon_url", payload.icon_url, { paths: true }),
        }),
      };
      const outcome = await writes.send(replica.id, caller, command, {
        correlationId: request.correlationId,
      });
      const updated = eventOf(outcome, "workspace.updated");
      if (updated) await replica.reach(updated.event.version);
      const event = updated ? wireEvent(updated.event, updated.seq, services.epoch)! : EmptyEvent;
      return ok({ workspace: view(replica.state, caller), event });
    },

    listMembers: async ({ caller, params, query }) => {
      const replica = await reads.projected(params.workspace_id, caller);
      const limit = clamp(query.limit, 1, MAX_MEMBERS, DEFAULT_MEMBERS);
      const { cursor, q, role } = query;
      const options = {
        limit,
        ...(cursor !== undefined && { after: cursor }),
        ...(q !== undefined && { q }),
        ...(role !== undefined && { role }),
      };
      return ok(await withDatabase(() => listMembers(services.db, replica.id, options)));
    },
  };
};

/** Asked before a slug is claimed: who may not change the workspace must not take names either. */
const requireManager = (state: WorkspaceState, { account }: Caller): void => {
  const member = state.members.get(account.id);
  if (!member || !isManager(member)) {
    throw new ApiFailure("forbidden", "only owners and moderators change the workspace");
  }
};
