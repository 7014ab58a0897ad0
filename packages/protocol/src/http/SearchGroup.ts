import * as Schema from "effect/Schema";
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api";
import { failures, IdParam, LimitParam } from "./endpoint.ts";
import { Message, Timestamp } from "./shapes.ts";

const optional = Schema.optionalKey;

/** One hit: flat fields for one generation of clients, the message with its rank for the other. */
export const SearchResult = Schema.Struct({
  message_id: Schema.String,
  workspace_id: Schema.String,
  channel_id: optional(Schema.String),
  direct_conversation_id: optional(Schema.String),
  author_id: Schema.String,
  thread_root_id: Schema.String,
  channel_seq: optional(Schema.Int),
  thread_seq: optional(Schema.Int),
  created_at: Timestamp,
  edited_at: optional(Timestamp),
  reply_count: Schema.Int,
  snippet: Schema.String,
  highlights: Schema.Array(Schema.Struct({ start: Schema.Int, end: Schema.Int })),
  rank: Schema.Finite,
  message: Message,
}).annotate({ identifier: "SearchResult" });
export type SearchResult = typeof SearchResult.Type;

/** Full-text search over what the caller may see; direct conversations only when one is named. */
export const SearchGroup = HttpApiGroup.make("search").add(
  HttpApiEndpoint.get("search", "/api/search", {
    query: {
      workspace_id: IdParam,
      /** Nothing is found for nothing. */
      q: optional(Schema.String.check(Schema.isMaxLength(500))),
      channel_id: optional(IdParam),
      direct_conversation_id: optional(IdParam),
      sort: optional(Schema.Literals(["relevance", "newest"])),
      limit: optional(LimitParam),
      cursor: optional(Schema.String.check(Schema.isMaxLength(256))),
    },
    success: Schema.Struct({
      results: Schema.Array(SearchResult),
      next_cursor: Schema.NullOr(Schema.String),
    }),
    error: failures,
  }),
);
