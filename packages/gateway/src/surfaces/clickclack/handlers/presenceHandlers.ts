import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import {
  AgentProgress,
  type EphemeralType,
  type PresenceGroup,
} from "@clickclack/protocol/http/PresenceGroup";
import { visiblePeople } from "@clickclack/workspace/access";
import { isConversationId } from "@clickclack/workspace/direct/placeOf";
import type { Caller } from "../../../authentication/Caller.ts";
import { ephemeralFrame, sendEphemeral } from "../../../Ephemerals.ts";
import { requireMayWrite } from "../../../authentication/authorize.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import { decoderOf } from "../../../http/decodeRequest.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { ok } from "../../../http/HttpReply.ts";

const requireProgress = decoderOf(AgentProgress, "payload");

export const presenceHandlers = ({
  services,
  reads,
  presence,
}: GatewayContext): Handlers<typeof PresenceGroup> => ({
  listPresence: async ({ caller, params }) => {
    const { state } = await reads.workspace(params.workspace_id, caller);
    const seen = visiblePeople(state, caller.account.id) ?? state.members;
    const present = (await presence.list(state.id)).filter(
      ({ userId }) => state.members.has(userId) && seen.has(userId),
    );
    return ok({
      presence: present.map(({ userId, since }) => ({ user_id: userId, status: "online" as const, since })),
    });
  },

  sendEphemeral: async ({ caller, payload }) => {
    const { workspace_id: workspaceId, type, channel_id, direct_conversation_id } = payload;
    const targets = [channel_id, direct_conversation_id].filter((target) => target !== undefined);
    requireTargets(type, targets.length, caller);
    const [scopeId] = targets;
    if (isConversationId(channel_id ?? "")) throw new ApiFailure("not_found", "there is no such channel");
    if (!isConversationId(direct_conversation_id ?? "dm_")) {
      throw new ApiFailure("not_found", "there is no such conversation");
    }
    const { state } = await (scopeId === undefined
      ? reads.workspace(workspaceId, caller)
      : reads.channel(workspaceId, scopeId, caller));
    requireMayWrite(state, caller);
    const details =
      type === "agent.progress" ? (requireProgress(payload.payload) as object) : payload.payload;
    const message = ephemeralFrame({
      type,
      workspaceId,
      userId: caller.account.id,
      ...(scopeId !== undefined && { scopeId }),
      ...(details && { payload: { ...details } }),
    });
    sendEphemeral(services.ephemeral, message);
    return { status: 202, body: { event: message.frame } };
  },
});

/** Typing is typing somewhere; an agent works somewhere; presence may be told to all. */
const requireTargets = (type: EphemeralType, targets: number, { account }: Caller): void => {
  if (targets > 1 || (targets === 0 && type !== "presence.changed")) {
    throw new ApiFailure(
      "invalid_request",
      `${type} needs exactly one of channel_id and direct_conversation_id`,
    );
  }
  if (type === "agent.progress" && account.kind !== "bot") {
    throw new ApiFailure("forbidden", "only bots tell of an agent's progress");
  }
};
