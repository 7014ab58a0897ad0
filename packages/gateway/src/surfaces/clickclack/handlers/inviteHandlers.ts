import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { InvitesGroup } from "@clickclack/protocol/http/InvitesGroup";
import { isId, newId } from "@clickclack/protocol/Ids";
import { visibleInvites } from "@clickclack/workspace/invite/visibleInvites";
import { networkOf } from "../../../http/plainAddress.ts";
import { originOf } from "../../../authentication/origin.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { createdReply, ok } from "../../../http/HttpReply.ts";
import { requireTime } from "../../../http/requireTime.ts";
import { eventOf } from "../../../Writes.ts";
import { acceptInvite } from "../acceptInvite.ts";
import { headerKey } from "../../../idempotencyKeys.ts";
import { inviteUrl, inviteView } from "../inviteView.ts";

export const inviteHandlers = (context: GatewayContext): Handlers<typeof InvitesGroup> => {
  const { services, reads, writes, invites } = context;

  return {
    createInvite: async ({ caller, params, payload, headers, request, rawBody }) => {
      const { role = "member", expires_at: expiry, max_uses: maxUses, channel_id: channelId } = payload;
      const { workspace_id: workspaceId } = params;
      const inviteId = newId("inv");
      // Whoever does not belong there must not fill the reservations.
      await reads.workspace(workspaceId, caller);
      await invites.codes.register({ workspaceId, inviteId });
      const command = {
        type: "CreateInvite" as const,
        inviteId,
        role,
        ...(expiry !== undefined && {
          expiresAt: expiry === null ? null : requireTime(expiry, "expires_at"),
        }),
        ...(typeof maxUses === "number" && { maxUses }),
        ...(channelId !== undefined && { inviteChannelId: channelId }),
      };
      const outcome = await writes.send(workspaceId, caller, command, {
        correlationId: request.correlationId,
        keys: headerKey(caller, headers["idempotency-key"], request, rawBody),
      });
      const { event } = eventOf(outcome, "invite.created")!;
      const { invite_id: id, created_by, ...terms } = event.payload;
      const code = invites.codes.codeOf(id);
      const facts = { workspace_id: workspaceId, ...terms, uses: 0, created_by, created_at: event.at };
      const url = inviteUrl(services.signIn.publicUrl ?? originOf(request), code);
      return createdReply({ invite: { id, code, ...facts, state: "open" as const }, url });
    },

    listInvites: async ({ caller, params, query }) => {
      const { state } = await reads.workspace(params.workspace_id, caller);
      const { state: wanted = "open" } = query;
      const found = visibleInvites(state, caller.account.id, new Date().toISOString());
      const shown = found.filter(
        ({ standing }) => wanted === "all" || (standing === "open") === (wanted === "open"),
      );
      return ok({ invites: shown.map((one) => inviteView(invites.codes, state.id, one)) });
    },

    revokeInvite: async ({ caller, params, request }) => {
      const { invite: inviteId } = params;
      const workspaceId = isId("inv", inviteId) ? await invites.codes.workspaceOf(inviteId) : undefined;
      if (workspaceId === undefined) throw noSuchInvite();
      const command = { type: "RevokeInvite" as const, inviteId };
      await writes.send(workspaceId, caller, command, { correlationId: request.correlationId });
      return ok({ ok: true as const });
    },

    previewInvite: async ({ params, request }) => {
      const { state, invite, standing } = await invites.look(params.invite, networkOf(request.address));
      const { id, name, iconUrl: icon_url } = state;
      return ok({
        workspace: { id, name, icon_url },
        role: invite.role,
        ...(invite.expiresAt !== undefined && { expires_at: invite.expiresAt }),
        valid: standing === "open",
      });
    },

    acceptInvite: async ({ caller, params, request }) => {
      const found = await invites.look(params.invite, networkOf(request.address));
      return ok(await acceptInvite(context, caller, found, request.correlationId));
    },
  };
};

const noSuchInvite = () => new ApiFailure("not_found", "there is no such invite");
