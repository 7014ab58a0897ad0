import * as fc from "fast-check";
import type { ModeChange } from "../channel/ChannelModes.ts";
import type { WorkspaceCommand } from "../Commands.ts";
import { conversationId } from "../direct/conversationId.ts";
import type { ModerationChanges } from "../member/Moderation.ts";
import { SYSTEM } from "../rules.ts";
import { ANN, BLOCKED, BOB, CHANNELS, GUEST, MODERATOR, OWNER, STRANGER } from "./acme.ts";
import type { History, Step } from "./History.ts";

const USERS = [OWNER, MODERATOR, ANN, BOB, GUEST, BLOCKED, STRANGER] as const;

/** What is tried how often: talk most of the time, so that there is something to react and reply to. */
const WHAT = {
  post: 16,
  reply: 14,
  edit: 6,
  delete: 4,
  AddReaction: 20,
  RemoveReaction: 22,
  AddMember: 4,
  RemoveMember: 1,
  ModerateMember: 4,
  TransferOwnership: 4,
  DeleteWorkspace: 2,
  UpdateChannel: 2,
  CreateChannel: 2,
  UpdateWorkspace: 1,
  AddChannelMember: 3,
  RemoveChannelMember: 2,
  JoinChannel: 2,
  LeaveChannel: 2,
  SetChannelTopic: 2,
  ChangeChannelModes: 3,
  InviteToChannel: 3,
  ChangeNick: 2,
  OpenConversation: 3,
  CreateTopic: 2,
  PinMessage: 4,
  UnpinMessage: 4,
  CreateUpload: 6,
  DeleteUpload: 4,
  AttachUpload: 8,
  CreateInvite: 6,
  RevokeInvite: 4,
  AcceptInvite: 8,
} as const;

type What = keyof typeof WHAT;

/** A command in the rough: what it is about depends on what there is when its turn comes. */
export interface Draft {
  readonly by: string;
  readonly what: What;
  readonly channelId: string;
  readonly userId: string;
  /** How many messages back the one is that it is about. */
  readonly back: number;
  /** That message is sought in its own channel, or wrongly in `channelId`. */
  readonly astray: boolean;
  readonly emoji: string;
  readonly flag: boolean;
}

const draft: fc.Arbitrary<Draft> = fc.record({
  by: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(OWNER, ANN, BOB) },
    { weight: 8, arbitrary: fc.constantFrom<string>(...USERS) },
    { weight: 1, arbitrary: fc.constant(SYSTEM) },
  ),
  what: fc.oneof(
    ...Object.entries(WHAT).map(([what, weight]) => ({ weight, arbitrary: fc.constant(what as What) })),
  ),
  channelId: fc.constantFrom<string>(...CHANNELS),
  userId: fc.constantFrom<string>(...USERS),
  back: fc.nat(5),
  astray: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  emoji: fc.constantFrom("👍", "🎉"),
  flag: fc.boolean(),
});

/** Commands of all sorts by all sorts of people, about what came before them. */
export const drafts: fc.Arbitrary<ReadonlyArray<Draft>> = fc.array(draft, { maxLength: 150, size: "max" });

/** The command that a draft comes to as the `n`th of a history. */
export const stepOf = (one: Draft, n: number, { events }: History): Step => ({
  by: one.by,
  command: commandOf(one, n, events),
});

/** The pin that was added last, or else whatever message there is. */
const pinned = (
  events: History["events"],
  target: { readonly messageId: string; readonly channelId: string },
) => {
  const pin = events.findLast((event) => event.type === "pin.added");
  return pin ? { messageId: pin.payload.message_id, channelId: pin.payload.channel_id } : target;
};

/** An upload that was made some time before; most are its maker's, who then is the one to ask for. */
const uploaded = (events: History["events"], by: string, back: number): string => {
  const made = events.filter(
    (event) => event.type === "upload.created" && (back === 0 || event.payload.owner_id === by),
  );
  const upload = made.at(-1 - Math.floor(back / 2));
  return upload?.type === "upload.created" ? upload.payload.upload_id : "upl_none";
};

/** Blocked half of the time, and whatever else may be held against somebody. */
const moderation = (back: number, blocked: boolean): ModerationChanges =>
  [
    { blocked },
    { timeout: { minutes: 1 } },
    { timeout: "none" } as const,
    { note: blocked ? "" : "rude" },
    { role: blocked ? "guest" : "member" } as const,
    { role: "moderator" } as const,
  ][back]!;

/** A message of somebody's own, if there is one. */
const ownMessage = (events: History["events"], by: string) => {
  const own = events.findLast((event) => event.type === "message.created" && event.payload.author_id === by);
  return own?.type === "message.created"
    ? { messageId: own.payload.message_id, channelId: own.channel_id! }
    : undefined;
};

/** Some mode given or taken; those that would shut the channel are taken again soon. */
const modeChange = (n: number, userId: string, flag: boolean): ModeChange => {
  const letter = (["v", "m", "n", "t", "l"] as const)[n % 5]!;
  const argument = { v: userId, l: "3" }[letter as string];
  return { mode: `${flag && n % 3 === 0 ? "+" : "-"}${letter}`, ...(argument && { argument }) };
};

/** One of the newest invites. */
const invited = (events: History["events"], back: number): string => {
  const made = events.filter((event) => event.type === "invite.created").at(-1 - Math.floor(back / 2));
  return made?.payload.invite_id ?? "inv_none";
};

const commandOf = (
  { by, what, channelId, userId, back, astray, emoji, flag }: Draft,
  n: number,
  events: History["events"],
): WorkspaceCommand => {
  const messages = events.filter(({ type }) => type === "message.created" || type === "thread.reply_created");
  const found = messages.at(-1 - back);
  const target =
    found && "message_id" in found.payload
      ? { messageId: found.payload.message_id, channelId: astray ? channelId : found.channel_id! }
      : { messageId: "msg_none", channelId };
  const content = { messageId: `msg_${n}`, body: "hi" };
  switch (what) {
    case "post":
      return {
        type: "PostMessage",
        channelId,
        ...content,
        ...(astray && { uploadId: uploaded(events, by, back) }),
      };
    case "reply":
      return { type: "ReplyInThread", channelId: target.channelId, rootId: target.messageId, ...content };
    case "edit":
      return { type: "EditMessage", ...target, body: "better" };
    case "delete":
      return { type: "DeleteMessage", ...target };
    case "AddReaction":
    case "RemoveReaction":
      return { type: what, ...target, emoji };
    case "AddMember":
      return { type: what, userId, role: flag ? "guest" : "member" };
    case "RemoveMember":
      return { type: what, userId };
    case "ModerateMember":
      return { type: what, userId, changes: moderation(back, flag) };
    case "TransferOwnership":
      return { type: what, userId, activePerson: true };
    case "DeleteWorkspace":
      return { type: what };
    case "UpdateChannel":
      return { type: what, channelId, changes: { archived: flag, slow_mode_seconds: 3 * back } };
    case "CreateChannel":
      return {
        type: what,
        channelId: `chn_${n}`,
        name: `c${n}`,
        kind: flag ? "public" : "private",
        details: {},
      };
    case "UpdateWorkspace":
      return { type: what, name: `Acme ${n}` };
    case "AddChannelMember":
    case "RemoveChannelMember":
      return { type: what, channelId, userId };
    case "JoinChannel":
    case "LeaveChannel":
      return { type: what, channelId };
    case "SetChannelTopic":
      return { type: what, channelId, topic: `topic ${n}` };
    case "ChangeChannelModes":
      return { type: what, channelId, changes: [modeChange(n, userId, flag)] };
    case "InviteToChannel":
      return { type: what, channelId, userId };
    case "ChangeNick":
      return { type: what, userId, nick: `Nick${n}`, previous: userId };
    case "OpenConversation":
      return {
        type: what,
        channelId: conversationId("wsp_acme", [by, userId]),
        memberIds: [...new Set([by, userId])],
      };
    case "CreateTopic":
      return { type: what, topicId: `top_${n}`, name: `t${n}`, ...(flag && { topicChannelId: channelId }) };
    case "PinMessage":
      return { type: what, ...target };
    case "UnpinMessage":
      return { type: what, ...pinned(events, target) };
    case "CreateUpload": {
      const file = { filename: "f", contentType: "text/plain", byteSize: n + 1, sha256: "00" };
      return { type: what, uploadId: `upl_${n}`, ...file };
    }
    case "DeleteUpload":
      return { type: what, uploadId: uploaded(events, by, back) };
    case "CreateInvite":
      return {
        type: what,
        inviteId: `inv_${n}`,
        role: flag ? "member" : "guest",
        ...(!astray && { inviteChannelId: channelId }),
        ...(back > 2 && { maxUses: back - 2 }),
      };
    case "RevokeInvite":
    case "AcceptInvite":
      return { type: what, inviteId: invited(events, back) };
    case "AttachUpload": {
      const message = astray ? target : (ownMessage(events, by) ?? target);
      return { type: what, ...message, uploadId: uploaded(events, by, back) };
    }
  }
};
