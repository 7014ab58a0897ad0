import type { ChannelCommand } from "./channel/Channel.ts";
import type { DirectCommand } from "./direct/Direct.ts";
import type { InviteCommand } from "./invite/Invite.ts";
import type { MemberCommand } from "./member/Member.ts";
import type { ModerationCommand } from "./member/Moderation.ts";
import type { OwnershipCommand } from "./member/Ownership.ts";
import type { MessageCommand } from "./message/Message.ts";
import type { PinCommand } from "./pin/Pin.ts";
import type { ReactionCommand } from "./reaction/Reaction.ts";
import type { ThreadCommand } from "./thread/Thread.ts";
import type { SettingsCommand } from "./settings/Settings.ts";
import type { TopicCommand } from "./topic/Topic.ts";
import type { UploadCommand } from "./upload/Upload.ts";

/** Everything that can be asked of a workspace. */
export type WorkspaceCommand =
  | SettingsCommand
  | MemberCommand
  | ModerationCommand
  | OwnershipCommand
  | InviteCommand
  | ChannelCommand
  | DirectCommand
  | PinCommand
  | TopicCommand
  | MessageCommand
  | ThreadCommand
  | ReactionCommand
  | UploadCommand;
