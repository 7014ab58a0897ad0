import type { SnapshotFormat } from "@clickclack/eventsourcing/Decider";
import type {
  ChannelState,
  InviteState,
  MemberState,
  MessageHead,
  NickState,
  TopicState,
  UploadHead,
  Usage,
  WorkspaceState,
} from "./WorkspaceState.ts";

/** A head that was read back for a command; null when there is no such message. */
export interface RestoredHead {
  readonly id: string;
  readonly head: MessageHead | null;
}

/** An upload that was read back for a command; null when there is no such upload. */
export interface RestoredUpload {
  readonly id: string;
  readonly upload: UploadHead | null;
}

interface HeadJson extends Omit<MessageHead, "reactions"> {
  readonly reactions: ReadonlyArray<readonly [string, ReadonlyArray<string>]>;
}

interface WorkspaceJson extends Omit<
  WorkspaceState,
  | "members"
  | "awayTimeouts"
  | "nicks"
  | "channels"
  | "channelNames"
  | "topics"
  | "invites"
  | "heads"
  | "usage"
  | "uploads"
> {
  readonly members: ReadonlyArray<readonly [string, MemberState]>;
  readonly awayTimeouts: ReadonlyArray<readonly [string, string]>;
  readonly nicks: ReadonlyArray<readonly [string, ReadonlyArray<NickState>]>;
  readonly channels: ReadonlyArray<
    Omit<ChannelState, "members" | "lastPosts"> & {
      readonly members: ReadonlyArray<string>;
      readonly lastPosts?: ReadonlyArray<readonly [string, number]>;
    }
  >;
  readonly topics: ReadonlyArray<readonly [string, TopicState]>;
  readonly invites: ReadonlyArray<readonly [string, InviteState]>;
  readonly heads: ReadonlyArray<readonly [string, HeadJson | null]>;
  readonly usage: ReadonlyArray<readonly [string, Usage]>;
  readonly uploads: ReadonlyArray<readonly [string, UploadHead | null]>;
}

const encodeHead = (head: MessageHead): HeadJson => ({
  ...head,
  reactions: [...head.reactions].map(([emoji, users]) => [emoji, [...users]] as const),
});

const decodeHead = (json: HeadJson): MessageHead => ({
  ...json,
  reactions: new Map(json.reactions.map(([emoji, users]) => [emoji, new Set(users)])),
});

/** A workspace's state as JSON. */
export const workspaceSnapshot: SnapshotFormat<WorkspaceState> = {
  version: 7,
  encode: (state): WorkspaceJson => {
    const { channelNames: _, ...rest } = state;
    return {
      ...rest,
      members: [...state.members],
      awayTimeouts: [...state.awayTimeouts],
      nicks: [...state.nicks],
      topics: [...state.topics],
      invites: [...state.invites],
      channels: [...state.channels.values()].map((channel) => ({
        ...channel,
        members: [...channel.members],
        ...(channel.lastPosts && { lastPosts: [...channel.lastPosts] }),
      })) as WorkspaceJson["channels"],
      heads: [...state.heads].map(([id, head]) => [id, head && encodeHead(head)] as const),
      usage: [...state.usage],
      uploads: [...state.uploads],
    };
  },
  decode: (json) => {
    const state = json as WorkspaceJson;
    const channels = state.channels.map(({ members, lastPosts, ...channel }) => ({
      ...channel,
      members: new Set(members),
      ...(lastPosts && { lastPosts: new Map(lastPosts) }),
    }));
    return {
      ...state,
      members: new Map(state.members),
      awayTimeouts: new Map(state.awayTimeouts),
      nicks: new Map(state.nicks),
      topics: new Map(state.topics),
      invites: new Map(state.invites),
      channels: new Map(channels.map((channel) => [channel.id, channel])),
      channelNames: new Map(
        channels.filter(({ kind }) => kind !== "direct").map((channel) => [channel.name, channel.id]),
      ),
      heads: new Map(state.heads.map(([id, head]) => [id, head && decodeHead(head)])),
      usage: new Map(state.usage),
      uploads: new Map(state.uploads),
    };
  },
};
