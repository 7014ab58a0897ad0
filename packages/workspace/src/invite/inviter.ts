import type { Rejection } from "@clickclack/eventsourcing/Decider";
import type { InviteRole, Role } from "@clickclack/protocol/events/WorkspaceEvents";
import * as Result from "effect/Result";
import { canSeeChannel } from "../access.ts";
import { channelArchived, noSuchChannel, reject, SYSTEM } from "../rules.ts";
import type { InviteState, WorkspaceState } from "../WorkspaceState.ts";

/** What somebody may make others. A bot's token says by its scopes whether it lets people in at all. */
const GIVES: { readonly [R in Role]: ReadonlyArray<InviteRole> } = {
  owner: ["moderator", "member", "guest"],
  moderator: ["member", "guest"],
  member: ["member", "guest"],
  bot: ["member", "guest"],
  guest: [],
};

/** What an invite gives. */
export type InviteTerms = Pick<InviteState, "role" | "channelId">;

/** Whether somebody may invite on these terms, as things stand: asked when an invite is made, and each time that it is accepted. */
export const requireInviter = (
  state: WorkspaceState,
  userId: string,
  { role, channelId }: InviteTerms,
): Result.Result<void, Rejection> => {
  const inviter = userId === SYSTEM ? OPERATOR : state.members.get(userId);
  if (!inviter || inviter.blocked || !GIVES[inviter.role].includes(role))
    return reject("forbidden", `you cannot invite people as ${role}`);
  if (channelId === undefined) {
    return role === "guest"
      ? reject("invalid_request", "a guest is invited into a channel: channel_id is missing")
      : Result.succeed(undefined);
  }
  const channel = state.channels.get(channelId);
  const visible = channel && (userId === SYSTEM || canSeeChannel(state, userId, channelId));
  if (!visible || channel.kind === "direct") return noSuchChannel;
  return channel.archived ? channelArchived : Result.succeed(undefined);
};

const OPERATOR = { role: "owner", blocked: false } as const;
