import { withDatabase } from "@clickclack/database/Database";
import { type Activity, type ActivityGroup, ActivityType } from "@clickclack/protocol/http/ActivityGroup";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { Message, User } from "@clickclack/protocol/http/shapes";
import { readActivityUpTo } from "@clickclack/workspace/personal/Personal";
import {
  activityMark,
  type ActivityRow,
  countUnreadActivity,
  listActivity,
} from "@clickclack/workspace/projections/activityQueries";
import { findUsers } from "@clickclack/workspace/projections/findUsers";
import { decorate, findMessageRows } from "@clickclack/workspace/projections/messageQueries";
import * as Schema from "effect/Schema";
import { placesFor } from "../../../authentication/authorize.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import { clamp } from "../../../http/clamp.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { ok } from "../../../http/HttpReply.ts";
import { activityTime, decodeActivity, encodeActivity } from "../activityId.ts";

const MAX_ACTIVITY = 100;
const DEFAULT_ACTIVITY = 50;

export const activityHandlers = (context: GatewayContext): Handlers<typeof ActivityGroup> => {
  const { services, reads, personals } = context;
  const { db } = services;

  /** Rows with their messages and people; a message that was deleted meanwhile is left out. */
  const views = async (
    rows: ReadonlyArray<ActivityRow>,
    userId: string,
  ): Promise<ReadonlyArray<Activity>> => {
    const ids = [...new Set(rows.map((row) => row.message_id))];
    const [messages, users] = await Promise.all([
      findMessageRows(db, ids).then((found) => decorate(db, found, userId)),
      findUsers(
        db,
        rows.map((row) => row.actor_id),
      ),
    ]);
    const byId = new Map(messages.map((message) => [message.id, message]));
    return rows.flatMap((row) => {
      const message = byId.get(row.message_id);
      return message && message.deleted_at === undefined ? [view(row, message, users.get(row.actor_id))] : [];
    });
  };

  return {
    listActivity: async ({ caller, query }) => {
      const replica = await reads.projected(query.workspace_id, caller);
      await personals.projected(caller, replica.id);
      const userId = caller.account.id;
      const reader = { workspaceId: replica.id, userId, channels: placesFor(caller, replica.state) };
      const limit = clamp(query.limit, 1, MAX_ACTIVITY, DEFAULT_ACTIVITY);
      const filter = { types: typesOf(query.types), unreadOnly: query.unread === "true" };
      const before = query.cursor === undefined ? undefined : decodeActivity(query.cursor);
      return withDatabase(async () => {
        const mark = await activityMark(db, reader);
        const page = { mark, limit: limit + 1, ...(before && { before }) };
        const [found, unread_count] = await Promise.all([
          listActivity(db, reader, filter, page),
          countUnreadActivity(db, reader, filter.types, mark),
        ]);
        const shown = found.slice(0, limit);
        const next_cursor = found.length > limit ? encodeActivity(shown.at(-1)!) : null;
        return ok({ activity: await views(shown, userId), unread_count, next_cursor });
      });
    },

    readActivity: async ({ caller, payload, request }) => {
      const { id: workspaceId } = await reads.workspace(payload.workspace_id, caller);
      const upTo = activityTime(payload.up_to, new Date().toISOString());
      const place = { workspaceId, scopeId: workspaceId };
      const state = await personals.update(caller, place, request.correlationId, (it, at) =>
        readActivityUpTo(it, upTo, at),
      );
      return ok({ read_up_to: state.read_up_to ?? upTo });
    },
  };
};

const isType = Schema.is(ActivityType);

/** The types that a query names, each once; all without it. */
const typesOf = (named: string | undefined): ReadonlyArray<ActivityType> => {
  if (named === undefined) return ActivityType.literals;
  const types = [...new Set(named.split(",").map((type) => type.trim()))];
  if (types.every(isType)) return types;
  throw new ApiFailure("invalid_request", `types are ${ActivityType.literals.join(", ")}`);
};

const view = (row: ActivityRow, message: Message, actor: User | undefined): Activity => ({
  id: encodeActivity(row),
  type: row.type,
  at: row.at,
  actor_id: row.actor_id,
  ...(actor && { actor }),
  message,
  ...(row.emoji !== null && { emoji: row.emoji }),
  unread: row.unread,
});
