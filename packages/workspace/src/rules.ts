import type { DecisionContext, NewEvent, Rejection } from "@clickclack/eventsourcing/Decider";
import type { WorkspaceEventType, WorkspacePayload } from "@clickclack/protocol/events/WorkspaceEvents";
import type { ErrorCode } from "@clickclack/protocol/http/ErrorCodes";
import * as Result from "effect/Result";
import { canSeeChannel, hasActivePeer } from "./access.ts";
import type { ChannelState, MemberState, MessageHead, WorkspaceState } from "./WorkspaceState.ts";

export type Decision = Result.Result<ReadonlyArray<NewEvent>, Rejection>;

/** The operator at the command line: no member, and above the rules of membership. No request from outside acts so. */
export const SYSTEM = "system";

/** `retryAfter` is in seconds. */
export const reject = (
  code: ErrorCode,
  message: string,
  retryAfter?: number,
): Result.Result<never, Rejection> =>
  Result.fail({ code, message, ...(retryAfter !== undefined && { retryAfter }) });

export const events = (...list: ReadonlyArray<NewEvent>): Decision => Result.succeed(list);

export const nothing: Decision = Result.succeed([]);

/** An event of the given type, with its payload checked by the compiler. */
export const event = <Type extends WorkspaceEventType>(
  type: Type,
  payload: WorkspacePayload<Type>,
  channelId?: string,
): NewEvent => ({ type, ...(channelId !== undefined && { channel_id: channelId }), payload });

/** What strangers are told, whatever they asked for; a gateway puts it in terms of what that was. */
export const NO_SUCH_WORKSPACE = "there is no such workspace";

const noSuchWorkspace = reject("not_found", NO_SUCH_WORKSPACE);
export const noSuchChannel = reject("not_found", "there is no such channel");
export const noSuchInvite = reject("not_found", "there is no such invite");
export const channelArchived = reject("channel_archived", "this channel is archived");
const noSuchMessage = reject("not_found", "there is no such message");

const OPERATOR: MemberState = { role: "owner", blocked: false, joinedAt: "" };

/** The acting member. To strangers a workspace does not exist; the blocked are told. */
export const requireMember = (
  state: WorkspaceState,
  context: DecisionContext,
): Result.Result<MemberState, Rejection> => {
  if (!state.exists) return noSuchWorkspace;
  if (context.actor.user_id === SYSTEM) return Result.succeed(OPERATOR);
  const member = state.members.get(context.actor.user_id);
  if (!member) return noSuchWorkspace;
  return member.blocked ? reject("blocked", "you are blocked in this workspace") : Result.succeed(member);
};

/** Until when a member may not write, if that is not over. */
export const timeoutOf = (member: MemberState | undefined, at: string): string | undefined =>
  member?.timeoutUntil !== undefined && member.timeoutUntil > at ? member.timeoutUntil : undefined;

/** Passes who may write; whoever is timed out hears until when. Ask it of those who may know of what they write to. */
export const requireNoTimeout = (
  state: WorkspaceState,
  { actor, at }: Pick<DecisionContext, "actor" | "at">,
): Result.Result<void, Rejection> => {
  const until = timeoutOf(state.members.get(actor.user_id), at);
  return until === undefined
    ? Result.succeed(undefined)
    : reject("timed_out", `you are timed out in this workspace until ${until}`);
};

/** The acting member, if it may write. */
export const requireWriter = (
  state: WorkspaceState,
  context: DecisionContext,
): Result.Result<MemberState, Rejection> =>
  Result.flatMap(requireMember(state, context), (member) =>
    Result.map(requireNoTimeout(state, context), () => member),
  );

export const isManager = (member: MemberState): boolean =>
  member.role === "owner" || member.role === "moderator";

/** A channel that the actor may see; whether it is archived is for the caller to say. */
export const requireChannel = (
  state: WorkspaceState,
  context: DecisionContext,
  channelId: string,
): Result.Result<ChannelState, Rejection> => {
  const channel = state.channels.get(channelId);
  const visible =
    channel && (context.actor.user_id === SYSTEM || canSeeChannel(state, context.actor.user_id, channelId));
  return visible ? Result.succeed(channel) : noSuchChannel;
};

/** A channel that the actor may see and write to, and that takes new content. */
export const requireOpenChannel = (
  state: WorkspaceState,
  context: DecisionContext,
  channelId: string,
): Result.Result<ChannelState, Rejection> =>
  Result.flatMap(requireChannel(state, context, channelId), (channel) => {
    const timeout = requireNoTimeout(state, context);
    if (Result.isFailure(timeout)) return Result.fail(timeout.failure);
    if (channel.archived) return channelArchived;
    const alone = channel.kind === "direct" && !hasActivePeer(state, context.actor.user_id, channel.members);
    return alone
      ? reject("no_active_peer", "nobody else is left in this conversation")
      : Result.succeed(channel);
  });

/** The message that a command is about, and the channel that its sender found it in. */
export interface MessageAddress {
  readonly channelId: string;
  readonly messageId: string;
}

/** A message's head that the actor may see. */
export const requireHead = (
  state: WorkspaceState,
  context: DecisionContext,
  { messageId, channelId }: MessageAddress,
): Result.Result<MessageHead, Rejection> => {
  const head = state.heads.get(messageId);
  if (head?.channelId !== channelId || Result.isFailure(requireChannel(state, context, head.channelId)))
    return noSuchMessage;
  return Result.succeed(head);
};

/** A message's head that the actor may see, undeleted, in a channel that takes new content. */
export const requireLiveHead = (
  state: WorkspaceState,
  context: DecisionContext,
  address: MessageAddress,
): Result.Result<MessageHead, Rejection> =>
  Result.flatMap(requireHead(state, context, address), (head) => {
    const channel = requireOpenChannel(state, context, head.channelId);
    if (Result.isFailure(channel)) return Result.fail(channel.failure);
    return head.deleted ? reject("message_deleted", "this message was deleted") : Result.succeed(head);
  });
