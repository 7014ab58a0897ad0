import { isUnavailable, withDatabase } from "@clickclack/database/Database";
import { ProjectionBehind } from "@clickclack/database/Watermarks";
import type { MessagesGroup } from "@clickclack/protocol/http/MessagesGroup";
import { EmptyEvent, type ReactionSummary } from "@clickclack/protocol/http/shapes";
import { reactionSummaries } from "@clickclack/workspace/projections/Reactions";
import type { IdempotencyKey } from "@clickclack/eventsourcing/Decider";
import type { Caller } from "../../../authentication/Caller.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { createdReply, ok } from "../../../http/HttpReply.ts";
import type { HttpRequest } from "../../../http/HttpRequest.ts";
import { eventOf } from "../../../Writes.ts";
import { headerKey } from "../../../idempotencyKeys.ts";
import { wireEvent } from "../wireEvent.ts";

type ReactionHandlers = Pick<Handlers<typeof MessagesGroup>, "addReaction" | "removeReaction">;

interface Reaction {
  readonly type: "AddReaction" | "RemoveReaction";
  readonly messageId: string;
  readonly emoji: string;
}

export const reactionHandlers = (context: GatewayContext): ReactionHandlers => {
  const { services, reads, writes, directory } = context;

  const react = async (
    caller: Caller,
    request: HttpRequest,
    reaction: Reaction,
    keys: ReadonlyArray<IdempotencyKey> = [],
  ) => {
    const { workspaceId, channelId } = await directory.placeOf(reaction.messageId);
    const { correlationId } = request;
    const outcome = await writes.send(
      workspaceId,
      caller,
      { channelId, ...reaction },
      { correlationId, keys },
    );
    const changed = eventOf(outcome, "reaction.added") ?? eventOf(outcome, "reaction.removed");
    /** All reactions; while the read model is away, the one that was changed. */
    const summaries = async (): Promise<ReadonlyArray<ReactionSummary>> => {
      await reads.projectedUpTo(workspaceId, outcome.seq);
      const { messageId } = reaction;
      const found = await withDatabase(() => reactionSummaries(services.db, [messageId], caller.account.id));
      return found.get(messageId) ?? [];
    };
    const reactions = await summaries().catch((error: unknown) => {
      if (!isUnavailable(error) && !(error instanceof ProjectionBehind)) throw error;
      const added = changed?.event.type === "reaction.added";
      const { emoji, count } = changed?.event.payload ?? { emoji: reaction.emoji, count: 0 };
      return count > 0 ? [{ emoji, count, reacted_by_me: added }] : [];
    });
    const event = changed ? wireEvent(changed.event, changed.seq, services.epoch)! : EmptyEvent;
    return { changed: changed !== undefined, body: { event, reactions } };
  };

  return {
    addReaction: async ({ caller, params, payload, headers, request, rawBody }) => {
      const keys = headerKey(caller, headers["idempotency-key"], request, rawBody);
      const reaction = { type: "AddReaction" as const, messageId: params.message_id, emoji: payload.emoji };
      const { changed, body } = await react(caller, request, reaction, keys);
      return changed ? createdReply(body) : ok(body);
    },
    removeReaction: async ({ caller, params, request }) => {
      const reaction = { type: "RemoveReaction" as const, messageId: params.message_id, emoji: params.emoji };
      return ok((await react(caller, request, reaction)).body);
    },
  };
};
