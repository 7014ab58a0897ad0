import { withDatabase } from "@clickclack/database/Database";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { EmptyEvent } from "@clickclack/protocol/http/shapes";
import type { WorkspacesGroup } from "@clickclack/protocol/http/WorkspacesGroup";
import { listMembers } from "@clickclack/workspace/projections/listMembers";
import { listWorkspaces } from "@clickclack/workspace/projections/Workspaces";
import { visiblePeople } from "@clickclack/workspace/access";
import { claimSlug } from "@clickclack/workspace/settings/claimSlug";
import { workspaceStands } from "@clickclack/workspace/settings/workspaceStands";
import { isManager } from "@clickclack/workspace/rules";
import type { WorkspaceState } from "@clickclack/workspace/WorkspaceState";
import type { Caller } from "../../../authentication/Caller.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { createdReply, ok } from "../../../http/HttpReply.ts";
import { eventOf } from "../../../Writes.ts";
import { safeLink } from "../safeLink.ts";
import { memberQuery } from "../memberQuery.ts";
import { ownWorkspace } from "../ownWorkspace.ts";
import { ownershipHandlers } from "./ownershipHandlers.ts";
import { wireEvent } from "../wireEvent.ts";
import { createWorkspace } from "../createWorkspace.ts";

export const workspaceHandlers = (context: GatewayContext): Handlers<typeof WorkspacesGroup> => {
  const { services, reads, writes } = context;
  return {
    ...ownershipHandlers(context),

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
      return ok({ workspace: ownWorkspace(state, caller) });
    },

    updateWorkspace: async ({ caller, params, payload, request }) => {
      const replica = await reads.workspace(params.workspace_id, caller);
      requireManager(replica.state, caller);
      const { slug } = payload;
      if (slug !== undefined && slug !== replica.state.slug) {
        const exists = (holder: string) => workspaceStands(services.store, holder);
        const { reservations } = services;
        await claimSlug({ reservations, exists }, replica.id, { name: replica.state.name, slug });
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
      return ok({ workspace: ownWorkspace(replica.state, caller), event });
    },

    listMembers: async ({ caller, params, query }) => {
      const replica = await reads.projected(params.workspace_id, caller);
      const among = visiblePeople(replica.state, caller.account.id);
      const options = { ...memberQuery(query), ...(among && { among }) };
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
