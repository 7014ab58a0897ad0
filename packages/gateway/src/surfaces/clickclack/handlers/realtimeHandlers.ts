import type { RealtimeGroup } from "@clickclack/protocol/http/RealtimeGroup";
import type { EventFrame } from "@clickclack/protocol/realtime/Frames";
import { seesConversations } from "../../../authentication/authorize.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import { clamp } from "../../../http/clamp.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { ok } from "../../../http/HttpReply.ts";
import { isShownTo } from "../../../replica/isShownTo.ts";
import { nextEvents, requireReplayable, ResyncRequired } from "../../../replica/readEvents.ts";
import { parsePosition, resyncFailure, tailCursor } from "../cursors.ts";
import { wireEvent } from "../wireEvent.ts";

const MAX_EVENTS = 500;
const DEFAULT_EVENTS = 200;

export const realtimeHandlers = (context: GatewayContext): Handlers<typeof RealtimeGroup> => {
  const { services, reads } = context;
  return {
    listEvents: async ({ caller, query }) => {
      const replica = await reads.workspace(query.workspace_id, caller);
      const tail = tailCursor(replica, services.epoch);
      const viewer = { userId: caller.account.id, conversations: seesConversations(caller) };
      const limit = clamp(query.limit, 1, MAX_EVENTS, DEFAULT_EVENTS);
      try {
        let from = parsePosition(query.after_cursor, replica.id, services.epoch);
        await requireReplayable(replica, from);
        const events: Array<EventFrame> = [];
        for (;;) {
          const entries = await nextEvents(replica, services.store, from);
          for (const { event, seq } of entries) {
            if (events.length >= limit) break;
            from = { version: event.version, seq };
            if (!isShownTo(replica.state, viewer, event)) continue;
            const frame = wireEvent(event, seq, services.epoch);
            if (frame) events.push(frame);
          }
          if (entries.length === 0 || events.length >= limit) break;
        }
        return ok({ events, ...(query.include_tail === "true" && { tail_cursor: tail }) });
      } catch (error) {
        if (!(error instanceof ResyncRequired)) throw error;
        throw resyncFailure(error, replica, services.epoch);
      }
    },
  };
};
