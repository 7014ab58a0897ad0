import { trimOldest } from "@clickclack/eventsourcing/trimOldest";
import type {
  ChannelKind,
  ChannelModes,
  InviteRole,
  Role,
} from "@clickclack/protocol/events/WorkspaceEvents";

export interface MemberState {
  readonly role: Role;
  readonly blocked: boolean;
  readonly joinedAt: string;
  /** Reads but does not write until then; a time that is over means nothing. */
  readonly timeoutUntil?: string;
  /** What owners and moderators wrote down about this member. */
  readonly note?: string;
}

/** A channel, or a conversation between a few members, which has no name. */
export type ConversationKind = ChannelKind | "direct";

export interface ChannelState {
  readonly id: string;
  readonly name: string;
  readonly kind: ConversationKind;
  readonly archived: boolean;
  readonly createdBy: string;
  readonly createdAt: string;
  /** Sequence number of the newest root message; 0 while there is none. */
  readonly lastSeq: number;
  /** Who joined; in a private channel, who may see it at all. */
  readonly members: Set<string>;
  readonly details: ChannelDetails;
  /** Pinned messages, oldest pin first. */
  readonly pins: ReadonlyArray<string>;
  /**
   * While slow mode is on: when members last posted (ms since 1970), who did longest ago first. Whoever may post again
   * is let go, so that there is one entry for each member at the most.
   */
  readonly lastPosts?: Map<string, number>;
  /** What it is about, as its members say. */
  readonly about?: { readonly text: string; readonly setBy: string; readonly at: string };
  readonly modes?: ChannelModes;
  /** Who was invited and has not joined yet; the newest invitations. */
  readonly invited?: ReadonlyArray<string>;
}

/** What a member is called from a version of the log on. */
export interface NickState {
  readonly nick: string;
  readonly since: number;
}

export interface TopicState {
  readonly name: string;
  readonly createdAt: string;
  /** The channel that the topic belongs to; a topic of the whole workspace has none. */
  readonly channelId?: string;
}

/** An invite that was not revoked; its code follows from its id, and stands nowhere. */
export interface InviteState {
  readonly role: InviteRole;
  /** The channel that it leads into besides. */
  readonly channelId?: string;
  /** RFC 3339. */
  readonly expiresAt?: string;
  readonly maxUses?: number;
  readonly uses: number;
  readonly createdBy: string;
  readonly createdAt: string;
}

/** What people may change of a channel besides its name; absent means unset. */
export interface ChannelDetails {
  readonly display_title?: string;
  readonly external_managed?: boolean;
  readonly external_ref?: string;
  readonly external_url?: string;
  readonly sidebar_section?: string;
  /** Seconds that members wait between two posts; 0 clears it, as "" does with texts. */
  readonly slow_mode_seconds?: number;
}

/** An upload on a message. */
export interface AttachmentState {
  readonly upload_id: string;
  readonly byte_size: number;
}

/** What rules need to know of an upload. */
export interface UploadHead {
  readonly ownerId: string;
  readonly byteSize: number;
  /** The message that it is on; none yet while it is absent. */
  readonly messageId?: string;
}

/** How much somebody keeps in a workspace. */
export interface Usage {
  readonly files: number;
  readonly bytes: number;
}

/** What rules need to know of a message; its text is in the log and the read models. */
export interface MessageHead {
  readonly authorId: string;
  readonly channelId: string;
  readonly rootId: string;
  readonly deleted: boolean;
  /** Of a root: replies that are not deleted, the newest reply's number, who replied last, and when. */
  readonly replyCount: number;
  readonly lastThreadSeq: number;
  readonly lastReplyAt?: string;
  readonly lastReplyAuthorIds: ReadonlyArray<string>;
  readonly reactions: ReadonlyMap<string, ReadonlySet<string>>;
  readonly attachments: ReadonlyArray<AttachmentState>;
}

export interface WorkspaceState {
  readonly id: string;
  readonly exists: boolean;
  /** Deleted for good: it never exists again. */
  readonly deleted: boolean;
  readonly name: string;
  readonly slug: string;
  readonly iconUrl: string;
  readonly createdAt: string;
  readonly members: Map<string, MemberState>;
  /** Until when those may not write who left before their timeout was over: it goes on if they come back. */
  readonly awayTimeouts: Map<string, string>;
  /** What members are called who are not called by their handles, and were before; also of members who left. */
  readonly nicks: Map<string, ReadonlyArray<NickState>>;
  readonly channels: Map<string, ChannelState>;
  readonly channelNames: Map<string, string>;
  readonly topics: Map<string, TopicState>;
  /** Open invites, and the newest of those that have ended, oldest first. */
  readonly invites: Map<string, InviteState>;
  /** The newest heads, least recently used first; `null` stands for an id that is known to name no message. */
  readonly heads: Map<string, MessageHead | null>;
  /** What each member keeps in files. */
  readonly usage: Map<string, Usage>;
  /** The newest uploads, as {@link heads} holds messages. */
  readonly uploads: Map<string, UploadHead | null>;
}

/** Heads in memory, and up to a quarter more: 5,000 are about a megabyte. Older ones are read from the read model when a command needs them. */
export const MAX_HEADS = 5_000;

export const emptyWorkspace = (id: string): WorkspaceState => ({
  id,
  exists: false,
  deleted: false,
  name: "",
  slug: "",
  iconUrl: "",
  createdAt: "",
  members: new Map(),
  awayTimeouts: new Map(),
  nicks: new Map(),
  channels: new Map(),
  channelNames: new Map(),
  topics: new Map(),
  invites: new Map(),
  heads: new Map(),
  usage: new Map(),
  uploads: new Map(),
});

/** Sets a head as the most recently used one, and lets the oldest go beyond the bound. */
export const putHead = (state: WorkspaceState, id: string, head: MessageHead | null): void => {
  state.heads.delete(id);
  state.heads.set(id, head);
  trimOldest(state.heads, MAX_HEADS);
};

/** Changes a head that is in memory; one that is not will be read with the change in it. */
export const updateHead = (
  state: WorkspaceState,
  id: string,
  change: (head: MessageHead) => Partial<MessageHead>,
): void => {
  const head = state.heads.get(id);
  if (head) putHead(state, id, { ...head, ...change(head) });
};
