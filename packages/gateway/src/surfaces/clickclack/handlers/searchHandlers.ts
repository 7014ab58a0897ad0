import { withDatabase } from "@clickclack/database/Database";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { SearchGroup, SearchResult } from "@clickclack/protocol/http/SearchGroup";
import type { Message } from "@clickclack/protocol/http/shapes";
import { canSeeChannel, visibleChannels } from "@clickclack/workspace/access";
import { decorate, findMessageRows } from "@clickclack/workspace/projections/messageQueries";
import {
  type SearchHit,
  searchMessages,
  type SearchPlace,
} from "@clickclack/workspace/projections/searchMessages";
import { parseSearch } from "@clickclack/workspace/search/parseSearch";
import type { WorkspaceState } from "@clickclack/workspace/WorkspaceState";
import { requirePlaceScope } from "../../../authentication/authorize.ts";
import type { Caller } from "../../../authentication/Caller.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import { clamp } from "../../../http/clamp.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { ok } from "../../../http/HttpReply.ts";
import { isPlace } from "../pageCursor.ts";

const MAX_RESULTS = 100;
const DEFAULT_RESULTS = 50;

export const searchHandlers = ({ services, reads }: GatewayContext): Handlers<typeof SearchGroup> => ({
  search: async ({ caller, query }) => {
    const { state, id: workspaceId } = await reads.projected(query.workspace_id, caller);
    const { q = "" } = query;
    const terms = parseSearch(q);
    const found = await authorsOf(services.reservations, terms.from, caller);
    const channels = channelsOf(state, caller, query, terms.in);
    if (q.trim() === "") return ok({ results: [], next_cursor: null });
    const limit = clamp(query.limit, 1, MAX_RESULTS, DEFAULT_RESULTS);
    const after = query.cursor === undefined ? undefined : decodePlace(query.cursor);
    const scope = { workspaceId, channels, ...(found && { authors: found }) };
    const page = { sort: query.sort ?? "relevance", limit: limit + 1, ...(after && { after }) };
    const results = await withDatabase(async () => {
      const hits = await searchMessages(services.db, terms, scope, page);
      const rows = await findMessageRows(
        services.db,
        hits.map((hit) => hit.id),
      );
      const messages = await decorate(services.db, rows, caller.account.id);
      const byId = new Map(messages.map((message) => [message.id, message]));
      return hits.flatMap((hit) => {
        const message = byId.get(hit.id);
        return message ? [{ hit, result: resultOf(hit, message) }] : [];
      });
    });
    const shown = results.slice(0, limit);
    const next_cursor = results.length > limit ? encodePlace(shown.at(-1)!.hit) : null;
    return ok({ results: shown.map(({ result }) => result), next_cursor });
  },
});

/** The authors that `from:` names; undefined when it names none. */
const authorsOf = async (
  reservations: GatewayContext["services"]["reservations"],
  handles: ReadonlyArray<string>,
  caller: Caller,
): Promise<ReadonlyArray<string> | undefined> => {
  if (handles.length === 0) return undefined;
  const holders = await Promise.all(
    handles.map(async (handle) =>
      handle === "me" ? caller.account.id : (await reservations.find("handle", handle))?.holder,
    ),
  );
  return holders.flatMap((holder) => holder ?? []);
};

const channelsOf = (
  state: WorkspaceState,
  caller: Caller,
  query: { readonly channel_id?: string; readonly direct_conversation_id?: string },
  names: ReadonlyArray<string>,
): ReadonlyArray<string> => {
  const one = query.channel_id ?? query.direct_conversation_id;
  if (one !== undefined) {
    if (!canSeeChannel(state, caller.account.id, one))
      throw new ApiFailure("not_found", "there is no such channel");
    requirePlaceScope(caller, one, "read");
    return [one];
  }
  const visible = visibleChannels(state, caller.account.id);
  if (names.length === 0) return visible;
  return visible.filter((id) => names.includes(state.channels.get(id)!.name) || names.includes(id));
};

const resultOf = (hit: SearchHit, message: Message): SearchResult => {
  const { channel_id, direct_conversation_id, channel_seq, thread_seq, edited_at } = message;
  return {
    message_id: message.id,
    workspace_id: message.workspace_id,
    ...(channel_id !== undefined && { channel_id }),
    ...(direct_conversation_id !== undefined && { direct_conversation_id }),
    author_id: message.author_id,
    thread_root_id: message.thread_root_id,
    ...(channel_seq !== undefined && { channel_seq }),
    ...(thread_seq !== undefined && { thread_seq }),
    created_at: message.created_at,
    ...(edited_at !== undefined && { edited_at }),
    reply_count: message.thread_state?.reply_count ?? 0,
    snippet: hit.snippet,
    highlights: hit.highlights,
    rank: hit.rank,
    message,
  };
};

const encodePlace = ({ rank, at, id }: SearchPlace): string =>
  Buffer.from(JSON.stringify([rank, at, id])).toString("base64url");

const decodePlace = (cursor: string): SearchPlace => {
  try {
    const [rank, at, id] = JSON.parse(
      Buffer.from(cursor, "base64url").toString("utf8"),
    ) as ReadonlyArray<unknown>;
    const typed = typeof rank === "number" && typeof at === "string" && typeof id === "string";
    if (typed && Number.isFinite(rank) && isPlace({ at, id })) return { rank, at, id };
  } catch {
    // told below
  }
  throw new ApiFailure("invalid_request", "this cursor is none of this search");
};
