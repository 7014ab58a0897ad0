import type { DecisionContext, Rejection } from "@clickclack/eventsourcing/Decider";
import * as Result from "effect/Result";
import { isManager, reject } from "../rules.ts";
import type { ChannelState, MemberState } from "../WorkspaceState.ts";

/** Passes who may post in a channel now: in slow mode everybody but owners and moderators waits between two posts. */
export const requirePace = (
  { details, lastPosts }: ChannelState,
  acting: MemberState,
  { actor, at }: DecisionContext,
): Result.Result<void, Rejection> => {
  const last = lastPosts?.get(actor.user_id);
  if (last === undefined || isManager(acting)) return Result.succeed(undefined);
  const seconds = details.slow_mode_seconds ?? 0;
  // Gateways' clocks differ a little: nobody waits longer than it takes.
  const left = Math.min(seconds, (last - Date.parse(at)) / 1_000 + seconds);
  if (left <= 0) return Result.succeed(undefined);
  const wait = Math.ceil(left);
  return reject("slow_mode", `this channel takes a post every ${seconds} s; try again in ${wait} s`, wait);
};

/** Remembers a post for as long as it keeps its author from posting again. */
export const notePost = ({ details, lastPosts }: ChannelState, authorId: string, at: string): void => {
  if (!lastPosts) return;
  const now = Date.parse(at);
  lastPosts.delete(authorId);
  lastPosts.set(authorId, now);
  const over = now - (details.slow_mode_seconds ?? 0) * 1_000;
  for (const [id, last] of lastPosts) {
    if (last > over) return;
    lastPosts.delete(id);
  }
};
