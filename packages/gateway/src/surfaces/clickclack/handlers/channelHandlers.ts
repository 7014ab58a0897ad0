import { withDatabase } from "@clickclack/database/Database";
import type { ChannelsGroup } from "@clickclack/protocol/http/ChannelsGroup";
import type { Channel, User } from "@clickclack/protocol/http/shapes";
import { newId, routeId } from "@clickclack/protocol/Ids";
import { visibleChannels } from "@clickclack/workspace/access";
import { listChannels } from "@clickclack/workspace/projections/Channels";
import { findUsers } from "@clickclack/workspace/projections/findUsers";
import type { ChannelDetails, ChannelState } from "@clickclack/workspace/WorkspaceState";
import type { IdempotencyKey } from "@clickclack/eventsourcing/Decider";
import type { Caller } from "../../../authentication/Caller.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { createdReply, ok } from "../../../http/HttpReply.ts";
import type { HttpRequest } from "../../../http/HttpRequest.ts";
import type { WorkspaceReplica } from "../../../replica/WorkspaceReplica.ts";
import { eventOf } from "../../../Writes.ts";
import { headerKey } from "../../../idempotencyKeys.ts";
import { safeLink } from "../safeLink.ts";
import { wireEvent } from "../wireEvent.ts";

type MembershipCommand = "AddChannelMember" | "RemoveChannelMember" | "JoinChannel" | "LeaveChannel";

const DONE = { ok: true } as const;

/** A channel as somebody is shown it. */
const withMembership = (channel: Channel, { state }: WorkspaceReplica, userId: string): Channel => ({
  ...channel,
  is_member: state.channels.get(channel.id)?.members.has(userId) ?? false,
});

export const channelHandlers = (context: GatewayContext): Handlers<typeof ChannelsGroup> => {
  const { services, reads, writes, directory, personals } = context;

  /** The channel as it stands in the log, for the answer to a write: no read model is asked. */
  const viewOf = (workspaceId: string, state: NewChannel, times: Times): Channel => ({
    id: state.id,
    route_id: routeId("C", state.id),
    workspace_id: workspaceId,
    name: state.name,
    kind: state.kind,
    external_managed: false,
    last_seq: state.lastSeq,
    last_read_seq: 0,
    unread_count: 0,
    mention_count: 0,
    // Whoever makes a channel is in it.
    is_member: true,
    ...state.details,
    ...times,
  });

  const changeMembership = async (
    channelId: string,
    caller: Caller,
    request: HttpRequest,
    change: { readonly type: MembershipCommand; readonly userId?: string },
    keys: ReadonlyArray<IdempotencyKey> = [],
  ): Promise<typeof DONE> => {
    const workspaceId = await directory.workspaceOfChannel(channelId);
    const command = { channelId, ...change } as Parameters<typeof writes.send>[2];
    await writes.send(workspaceId, caller, command, { correlationId: request.correlationId, keys });
    return DONE;
  };

  return {
    listChannels: async ({ caller, params }) => {
      const replica = await reads.projected(params.workspace_id, caller);
      await personals.projected(caller, replica.id);
      const { id: userId } = caller.account;
      const ids = visibleChannels(replica.state, userId);
      const channels = await withDatabase(() => listChannels(services.db, ids, userId));
      return ok({ channels: channels.map((channel) => withMembership(channel, replica, userId)) });
    },

    createChannel: async ({ caller, params, payload, headers, request, rawBody }) => {
      const { name, kind = "public", ...details } = payload;
      const command = {
        type: "CreateChannel" as const,
        channelId: newId("chn"),
        name,
        kind,
        details: safeDetails(details),
      };
      const keys = headerKey(caller, headers["idempotency-key"], request, rawBody);
      const { correlationId } = request;
      const outcome = await writes.send(params.workspace_id, caller, command, { correlationId, keys });
      const { event, seq } = eventOf(outcome, "channel.created")!;
      const {
        channel_id: id,
        created_by: _,
        name: stored,
        kind: storedKind,
        ...storedDetails
      } = event.payload;
      const state = {
        id,
        name: stored,
        kind: storedKind,
        archived: false,
        lastSeq: 0,
        details: storedDetails,
      };
      const channel = viewOf(event.workspace_id, state, { created_at: event.at });
      return createdReply({ channel, event: wireEvent(event, seq, services.epoch)! });
    },

    updateChannel: async ({ caller, params, payload, request }) => {
      const workspaceId = await directory.workspaceOfChannel(params.channel_id);
      const { name, archived, ...details } = payload;
      const changes = {
        ...safeDetails(details),
        ...(name !== undefined && { name }),
        ...(archived !== undefined && { archived }),
      };
      const command = { type: "UpdateChannel" as const, channelId: params.channel_id, changes };
      const outcome = await writes.send(workspaceId, caller, command, {
        correlationId: request.correlationId,
      });
      const { event, seq } = eventOf(outcome, "channel.updated")!;
      await reads.projectedUpTo(workspaceId, seq);
      const [channel] = await withDatabase(() =>
        listChannels(services.db, [params.channel_id], caller.account.id),
      );
      const replica = await reads.workspace(workspaceId, caller);
      const shown = withMembership(channel!, replica, caller.account.id);
      return ok({ channel: shown, event: wireEvent(event, seq, services.epoch)! });
    },

    listChannelMembers: async ({ caller, params }) => {
      const workspaceId = await directory.workspaceOfChannel(params.channel_id);
      const replica = await reads.channel(workspaceId, params.channel_id, caller);
      const ids = [...replica.state.channels.get(params.channel_id)!.members];
      const users = await withDatabase(() => findUsers(services.db, ids));
      return ok({
        members: ids.flatMap((id): ReadonlyArray<User> => {
          const user = users.get(id);
          return user ? [user] : [];
        }),
      });
    },

    addChannelMember: async ({ caller, params, payload, headers, request, rawBody }) => {
      const keys = headerKey(caller, headers["idempotency-key"], request, rawBody);
      const change = { type: "AddChannelMember" as const, userId: payload.user_id };
      return createdReply(await changeMembership(params.channel_id, caller, request, change, keys));
    },
    removeChannelMember: async ({ caller, params, request }) =>
      ok(
        await changeMembership(params.channel_id, caller, request, {
          type: "RemoveChannelMember",
          userId: params.user_id,
        }),
      ),
    joinChannel: async ({ caller, params, request }) =>
      ok(await changeMembership(params.channel_id, caller, request, { type: "JoinChannel" })),
    leaveChannel: async ({ caller, params, request }) =>
      ok(await changeMembership(params.channel_id, caller, request, { type: "LeaveChannel" })),
  };
};

/** What the answer to a creation tells of a channel. */
type NewChannel = Pick<ChannelState, "id" | "name" | "lastSeq" | "details"> & Pick<Channel, "kind">;

interface Times {
  readonly created_at: string;
  readonly archived_at?: string;
}

/** External URLs are links that people will click. */
const safeDetails = (details: ChannelDetails): ChannelDetails => {
  if (details.external_url !== undefined) safeLink("external_url", details.external_url);
  return details;
};
