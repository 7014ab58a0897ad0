import * as Schema from "effect/Schema";
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api";
import { NotificationPreference } from "../events/PersonalEvents.ts";
import { failures, IdParam, LimitParam } from "./endpoint.ts";
import { Message, ReadReceipt, Timestamp } from "./shapes.ts";

const channel = { params: { channel_id: IdParam }, error: failures } as const;
export const Seq = Schema.Struct({ seq: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)) });
export const Receipt = Schema.Struct({ receipt: ReadReceipt });
const Preference = Schema.Struct({ preference: NotificationPreference });
const Draft = Schema.Struct({ draft: Schema.Struct({ body: Schema.String, updated_at: Timestamp }) });
const Done = Schema.Struct({ ok: Schema.Literal(true) });

/** What a person keeps for itself: how far it has read, drafts, preferences, and what calls it. */
export const PersonalGroup = HttpApiGroup.make("personal").add(
  HttpApiEndpoint.post("readChannel", "/api/channels/:channel_id/read", {
    ...channel,
    payload: Seq,
    success: Receipt,
  }),
  HttpApiEndpoint.post("unreadChannel", "/api/channels/:channel_id/unread", {
    ...channel,
    payload: Seq,
    success: Receipt,
  }),
  HttpApiEndpoint.post("readConversation", "/api/dms/:direct_conversation_id/read", {
    params: { direct_conversation_id: IdParam },
    payload: Seq,
    success: Receipt,
    error: failures,
  }),
  HttpApiEndpoint.post("unreadConversation", "/api/dms/:direct_conversation_id/unread", {
    params: { direct_conversation_id: IdParam },
    payload: Seq,
    success: Receipt,
    error: failures,
  }),
  HttpApiEndpoint.get("getNotificationSettings", "/api/channels/:channel_id/notification-settings", {
    ...channel,
    success: Preference,
  }),
  HttpApiEndpoint.patch("setNotificationSettings", "/api/channels/:channel_id/notification-settings", {
    ...channel,
    payload: Preference,
    success: Preference,
  }),
  HttpApiEndpoint.put("saveDraft", "/api/channels/:channel_id/draft", {
    ...channel,
    payload: Schema.Struct({ body: Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(40_000)) }),
    success: Draft,
  }),
  HttpApiEndpoint.get("getDraft", "/api/channels/:channel_id/draft", { ...channel, success: Draft }),
  HttpApiEndpoint.delete("deleteDraft", "/api/channels/:channel_id/draft", { ...channel, success: Done }),
  HttpApiEndpoint.get("listMentions", "/api/me/mentions", {
    query: {
      workspace_id: IdParam,
      limit: Schema.optionalKey(LimitParam),
      cursor: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(128))),
    },
    success: Schema.Struct({
      mentions: Schema.Array(Schema.Struct({ message: Message })),
      next_cursor: Schema.NullOr(Schema.String),
    }),
    error: failures,
  }),
);
