import * as Schema from "effect/Schema";
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api";
import { ChannelKind } from "../events/WorkspaceEvents.ts";
import { EventFrame } from "../realtime/Frames.ts";
import { created, failures, IdParam, idempotencyHeader, TypedText } from "./endpoint.ts";
import { Channel, User } from "./shapes.ts";

const params = { channel_id: IdParam };
const text = (max: number) => Schema.optionalKey(Schema.String.check(Schema.isMaxLength(max)));

/** Six hours. */
const MAX_SLOW_MODE_SECONDS = 21_600;

const details = {
  display_title: text(120),
  external_managed: Schema.optionalKey(Schema.Boolean),
  external_ref: text(255),
  external_url: text(2048),
  sidebar_section: text(80),
  /** Seconds that members who are neither owner nor moderator wait between two posts; 0 ends slow mode. */
  slow_mode_seconds: Schema.optionalKey(
    Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: MAX_SLOW_MODE_SECONDS })),
  ),
};

const WithEvent = Schema.Struct({ channel: Channel, event: EventFrame });

/** Channels of a workspace; a private one is seen by its members alone. */
export const ChannelsGroup = HttpApiGroup.make("channels").add(
  HttpApiEndpoint.get("listChannels", "/api/workspaces/:workspace_id/channels", {
    params: { workspace_id: IdParam },
    success: Schema.Struct({ channels: Schema.Array(Channel) }),
    error: failures,
  }),
  HttpApiEndpoint.post("createChannel", "/api/workspaces/:workspace_id/channels", {
    params: { workspace_id: IdParam },
    headers: idempotencyHeader,
    payload: Schema.Struct({ name: TypedText(80), kind: Schema.optionalKey(ChannelKind), ...details }),
    success: created(WithEvent),
    error: failures,
  }),
  HttpApiEndpoint.patch("updateChannel", "/api/channels/:channel_id", {
    params,
    payload: Schema.Struct({
      name: Schema.optionalKey(TypedText(80)),
      archived: Schema.optionalKey(Schema.Boolean),
      ...details,
    }),
    success: WithEvent,
    error: failures,
  }),
  HttpApiEndpoint.get("listChannelMembers", "/api/channels/:channel_id/members", {
    params,
    success: Schema.Struct({ members: Schema.Array(User) }),
    error: failures,
  }),
  HttpApiEndpoint.post("addChannelMember", "/api/channels/:channel_id/members", {
    params,
    headers: idempotencyHeader,
    payload: Schema.Struct({ user_id: IdParam }),
    success: created(Schema.Struct({ ok: Schema.Literal(true) })),
    error: failures,
  }),
  HttpApiEndpoint.delete("removeChannelMember", "/api/channels/:channel_id/members/:user_id", {
    params: { ...params, user_id: IdParam },
    success: Schema.Struct({ ok: Schema.Literal(true) }),
    error: failures,
  }),
  HttpApiEndpoint.post("joinChannel", "/api/channels/:channel_id/join", {
    params,
    success: Schema.Struct({ ok: Schema.Literal(true) }),
    error: failures,
  }),
  HttpApiEndpoint.post("leaveChannel", "/api/channels/:channel_id/leave", {
    params,
    success: Schema.Struct({ ok: Schema.Literal(true) }),
    error: failures,
  }),
);
