import type { DecisionContext } from "@clickclack/eventsourcing/Decider";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import * as Result from "effect/Result";
import {
  channelArchived,
  type Decision,
  event,
  events,
  noSuchChannel,
  reject,
  requireChannel,
  requireLiveHead,
  requireMember,
  requireNoTimeout,
} from "../rules.ts";
import type { WorkspaceState } from "../WorkspaceState.ts";

export type PinCommand = {
  readonly type: "PinMessage" | "UnpinMessage";
  readonly channelId: string;
  readonly messageId: string;
};

/** Pins of one channel: what a person can overlook. */
const MAX_PINS = 100;

export const decidePin = (state: WorkspaceState, command: PinCommand, context: DecisionContext): Decision => {
  const acting = requireMember(state, context);
  if (Result.isFailure(acting)) return Result.fail(acting.failure);
  const { channelId, messageId } = command;
  const payload = { channel_id: channelId, message_id: messageId, pinned_by: context.actor.user_id };
  return Result.flatMap(requireChannel(state, context, channelId), ({ kind, archived, pins }): Decision => {
    if (kind === "direct") return noSuchChannel;
    const timeout = requireNoTimeout(state, context);
    if (Result.isFailure(timeout)) return Result.fail(timeout.failure);
    if (archived) return channelArchived;
    const pinned = pins.includes(messageId);
    if (command.type === "UnpinMessage") {
      return pinned
        ? events(event("pin.removed", payload, channelId))
        : reject("not_found", "this message is not pinned");
    }
    if (pinned) return reject("already_pinned", "this message is pinned already");
    if (pins.length >= MAX_PINS) return reject("limit_reached", `a channel has at most ${MAX_PINS} pins`);
    return Result.flatMap(requireLiveHead(state, context, command), () =>
      events(event("pin.added", payload, channelId)),
    );
  });
};

/** A deleted message is no longer pinned. */
export const evolvePin = (state: WorkspaceState, event: WorkspaceEvent): WorkspaceState => {
  if (event.type !== "pin.added" && event.type !== "pin.removed" && event.type !== "message.deleted")
    return state;
  const id = event.channel_id!;
  const { message_id: message } = event.payload;
  const channel = state.channels.get(id);
  if (!channel) return state;
  if (event.type === "message.deleted" && !channel.pins.includes(message)) return state;
  const others = channel.pins.filter((pin) => pin !== message);
  state.channels.set(id, { ...channel, pins: event.type === "pin.added" ? [...others, message] : others });
  return state;
};
