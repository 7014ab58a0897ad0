import type { Projection } from "@clickclack/database/ReadModel";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { AuditLog } from "./AuditLog.ts";
import { Channels } from "./Channels.ts";
import { DeletedWorkspaces } from "./DeletedWorkspaces.ts";
import { Mentions } from "./Mentions.ts";
import { Messages } from "./Messages.ts";
import { MessageVersions } from "./MessageVersions.ts";
import { ReactionChanges } from "./ReactionChanges.ts";
import { Reactions } from "./Reactions.ts";
import { Uploads } from "./Uploads.ts";
import { ThreadParticipants } from "./ThreadParticipants.ts";
import { ThreadStates } from "./ThreadStates.ts";
import { Workspaces } from "./Workspaces.ts";

/** Everything that is read of workspaces; its views are in the schema `chat`. */
export const ChatProjection: Projection<WorkspaceEvent> = {
  name: "chat",
  format: 10,
  readModels: [
    Workspaces,
    Channels,
    Messages,
    MessageVersions,
    Mentions,
    Reactions,
    ThreadParticipants,
    Uploads,
    ReactionChanges,
    ThreadStates,
    AuditLog,
    // Behind all the others: what they wrote of a workspace goes when that is deleted.
    DeletedWorkspaces,
  ],
};
