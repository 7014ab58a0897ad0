import type { Decider } from "@clickclack/eventsourcing/Decider";
import { upcaster } from "@clickclack/eventsourcing/Upcaster";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { NO_SCOPE } from "@clickclack/protocol/nats/Subjects";
import { decideChannel, evolveChannel } from "./channel/Channel.ts";
import type { WorkspaceCommand } from "./Commands.ts";
import { decideDirect, evolveDirect } from "./direct/Direct.ts";
import { decideInvite, evolveInvite } from "./invite/Invite.ts";
import { decideMember, evolveMember } from "./member/Member.ts";
import { decideModeration } from "./member/Moderation.ts";
import { decideOwnership, evolveOwnership } from "./member/Ownership.ts";
import { decideMessage, evolveMessage } from "./message/Message.ts";
import { decidePin, evolvePin } from "./pin/Pin.ts";
import { decideReaction, evolveReaction } from "./reaction/Reaction.ts";
import { decideSettings, evolveSettings } from "./settings/Settings.ts";
import { decideThread, evolveThread } from "./thread/Thread.ts";
import { decideUpload, evolveUpload, putUpload } from "./upload/Upload.ts";
import { decideTopic, evolveTopic } from "./topic/Topic.ts";
import { emptyWorkspace, putHead, type WorkspaceState } from "./WorkspaceState.ts";
import { type RestoredHead, type RestoredUpload, workspaceSnapshot } from "./WorkspaceSnapshot.ts";

/** What each command leads with in the log. */
const LEADING_TYPE: { readonly [Type in WorkspaceCommand["type"]]: string } = {
  CreateWorkspace: "workspace.created",
  UpdateWorkspace: "workspace.updated",
  DeleteWorkspace: "workspace.deleted",
  TransferOwnership: "workspace.ownership_transferred",
  AddMember: "member.added",
  RemoveMember: "member.removed",
  ChangeNick: "member.nick_changed",
  ModerateMember: "member.moderation_updated",
  CreateInvite: "invite.created",
  RevokeInvite: "invite.revoked",
  AcceptInvite: "invite.accepted",
  CreateChannel: "channel.created",
  UpdateChannel: "channel.updated",
  AddChannelMember: "channel.member_added",
  RemoveChannelMember: "channel.member_removed",
  JoinChannel: "channel.member_added",
  LeaveChannel: "channel.member_removed",
  SetChannelTopic: "channel.topic_changed",
  ChangeChannelModes: "channel.modes_changed",
  InviteToChannel: "channel.invited",
  OpenConversation: "dm.created",
  CreateTopic: "topic.created",
  PinMessage: "pin.added",
  UnpinMessage: "pin.removed",
  PostMessage: "message.created",
  EditMessage: "message.updated",
  DeleteMessage: "message.deleted",
  ReplyInThread: "thread.reply_created",
  AddReaction: "reaction.added",
  RemoveReaction: "reaction.removed",
  CreateUpload: "upload.created",
  DeleteUpload: "upload.deleted",
  AttachUpload: "message.attachment_added",
};

const topicChannel = (command: WorkspaceCommand): string | undefined =>
  command.type === "CreateTopic" ? command.topicChannelId : undefined;

const scopeOf = (command: WorkspaceCommand): string =>
  "channelId" in command ? command.channelId : (topicChannel(command) ?? NO_SCOPE);

const evolve = (state: WorkspaceState, event: WorkspaceEvent): WorkspaceState => {
  switch (event.type) {
    case "workspace.created":
    case "workspace.updated":
    case "workspace.deleted":
      return evolveSettings(state, event);
    case "workspace.ownership_transferred":
      return evolveOwnership(state, event);
    case "member.removed":
      return evolveInvite(evolveMember(state, event), event);
    case "invite.created":
    case "invite.revoked":
    case "invite.accepted":
      return evolveInvite(state, event);
    case "member.added":
    case "member.moderation_updated":
    case "member.nick_changed":
      return evolveMember(state, event);
    case "channel.created":
    case "channel.updated":
    case "channel.member_added":
    case "channel.member_removed":
    case "channel.topic_changed":
    case "channel.modes_changed":
    case "channel.invited":
      return evolveChannel(state, event);
    case "dm.created":
      return evolveDirect(state, event);
    case "topic.created":
      return evolveTopic(state, event);
    case "pin.added":
    case "pin.removed":
      return evolvePin(state, event);
    case "message.created":
    case "message.updated":
      return evolveMessage(state, event);
    case "message.deleted":
      return evolvePin(evolveMessage(state, event), event);
    case "thread.reply_created":
    case "thread.state_updated":
      return evolveThread(state, event);
    case "reaction.added":
    case "reaction.removed":
      return evolveReaction(state, event);
    case "upload.created":
    case "upload.deleted":
    case "message.attachment_added":
      return evolveUpload(state, event);
  }
};

const decide: WorkspaceDeciderType["decide"] = (state, command, context) => {
  switch (command.type) {
    case "CreateWorkspace":
    case "UpdateWorkspace":
    case "DeleteWorkspace":
      return decideSettings(state, command, context);
    case "AddMember":
    case "RemoveMember":
    case "ChangeNick":
      return decideMember(state, command, context);
    case "ModerateMember":
      return decideModeration(state, command, context);
    case "TransferOwnership":
      return decideOwnership(state, command, context);
    case "CreateInvite":
    case "RevokeInvite":
    case "AcceptInvite":
      return decideInvite(state, command, context);
    case "CreateChannel":
    case "UpdateChannel":
    case "AddChannelMember":
    case "RemoveChannelMember":
    case "JoinChannel":
    case "LeaveChannel":
    case "SetChannelTopic":
    case "ChangeChannelModes":
    case "InviteToChannel":
      return decideChannel(state, command, context);
    case "OpenConversation":
      return decideDirect(state, command, context);
    case "CreateTopic":
      return decideTopic(state, command, context);
    case "PinMessage":
    case "UnpinMessage":
      return decidePin(state, command, context);
    case "PostMessage":
    case "EditMessage":
    case "DeleteMessage":
      return decideMessage(state, command, context);
    case "ReplyInThread":
      return decideThread(state, command, context);
    case "AddReaction":
    case "RemoveReaction":
      return decideReaction(state, command, context);
    case "CreateUpload":
    case "DeleteUpload":
    case "AttachUpload":
      return decideUpload(state, command, context);
  }
};

/** The messages whose heads a command is decided by. */
const headsOf = (command: WorkspaceCommand): ReadonlyArray<string> => {
  switch (command.type) {
    case "ReplyInThread":
      return [command.rootId];
    case "EditMessage":
    case "DeleteMessage":
    case "AddReaction":
    case "RemoveReaction":
    case "PinMessage":
    case "AttachUpload":
      return [command.messageId];
    default:
      return [];
  }
};

/** The upload that a command is decided by, if any. */
const uploadsOf = (command: WorkspaceCommand): ReadonlyArray<string> => {
  switch (command.type) {
    case "PostMessage":
    case "ReplyInThread":
      return command.uploadId === undefined ? [] : [command.uploadId];
    case "DeleteUpload":
    case "AttachUpload":
      return [command.uploadId];
    default:
      return [];
  }
};

/** Of those, what is not in memory; of a reply that is to be deleted its root too. */
const missing = (state: WorkspaceState, command: WorkspaceCommand): ReadonlyArray<string> => {
  if (!state.exists) return [];
  const ids = headsOf(command);
  const roots =
    command.type === "DeleteMessage" ? ids.flatMap((id) => state.heads.get(id)?.rootId ?? []) : [];
  return [
    ...[...ids, ...roots].filter((id) => !state.heads.has(id)),
    ...uploadsOf(command).filter((id) => !state.uploads.has(id)),
  ];
};

const restore = (state: WorkspaceState, parts: ReadonlyArray<unknown>): void => {
  for (const part of parts as ReadonlyArray<RestoredHead | RestoredUpload>) {
    if ("upload" in part) {
      if (!state.uploads.has(part.id)) putUpload(state, part.id, part.upload);
    } else if (!state.heads.has(part.id)) putHead(state, part.id, part.head);
  }
};

type WorkspaceDeciderType = Decider<WorkspaceState, WorkspaceCommand, WorkspaceEvent>;

/** All stored formats are of version 1 so far. */
export const upcastWorkspaceEvent = upcaster<WorkspaceEvent>({});

/** The rules of a workspace: settings, members, channels, messages, threads and reactions. */
export const WorkspaceDecider: WorkspaceDeciderType = {
  log: "chat",
  formats: upcastWorkspaceEvent.formats,
  idField: "workspace_id",
  initial: emptyWorkspace,
  evolve,
  decide,
  route: (command) => ({ scope: scopeOf(command), type: LEADING_TYPE[command.type] }),
  missing,
  restore,
  snapshot: workspaceSnapshot,
};
