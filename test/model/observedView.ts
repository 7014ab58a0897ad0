import type {
  Channel,
  DirectConversation,
  Member,
  Message,
  MessagePage,
  MessageVersion,
  ThreadState,
  User,
} from "@clickclack/protocol/http/shapes";
import type { ApiClient } from "../support/ApiClient.ts";
import type { Content, MessageView, PlaceView, View } from "./View.ts";

/** Messages asked for at a time: few enough that a timeline of a run has several pages. */
const PAGE = 20;

/** Things to look at besides what the lists tell: places that may or may not be seen. */
export interface Known {
  readonly workspaceId: string;
  readonly places: ReadonlyArray<{ readonly id: string; readonly kind: string }>;
}

/** What a person sees of a workspace, read over HTTP. */
export const observedView = async (client: ApiClient, { workspaceId, places }: Known): Promise<View> => {
  const contents = Object.fromEntries(
    await Promise.all(places.map(async (place) => [place.id, await contentOf(client, place)] as const)),
  );
  const workspace = await client.request("GET", `/api/workspaces/${workspaceId}`);
  if (workspace.status !== 200) return { status: workspace.status, contents };
  const [{ members }, { channels }, { conversations }, mentions] = await Promise.all([
    client.ok("GET", `/api/workspaces/${workspaceId}/members`),
    client.ok("GET", `/api/workspaces/${workspaceId}/channels`),
    client.ok("GET", `/api/dms?workspace_id=${workspaceId}`),
    mentionsOf(client, workspaceId),
  ]);
  return {
    status: 200,
    role: workspace.body.workspace.role,
    members: (members as ReadonlyArray<Member>).map(({ user, role }) => `${user.id} ${role}`),
    channels: (channels as ReadonlyArray<Channel>).map(channelView),
    directs: (conversations as ReadonlyArray<DirectConversation>)
      .map(directView)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    mentions,
    contents,
  };
};

const channelView = (channel: Channel): PlaceView => ({
  ...placeView(channel, channel.kind, channel.name),
  archived: channel.archived_at !== undefined,
  mentions: channel.mention_count!,
});

const directView = (direct: DirectConversation): PlaceView => ({
  ...placeView(direct, "direct", ""),
  members: idsOf(direct.members),
  canSend: direct.can_send,
});

const placeView = (
  { id, last_seq, last_read_seq, unread_count }: Channel | DirectConversation,
  kind: string,
  name: string,
): PlaceView => {
  const counts = { lastSeq: last_seq, readSeq: last_read_seq, unread: unread_count };
  return { id, kind, name, archived: false, ...counts };
};

const idsOf = (users: ReadonlyArray<User>): ReadonlyArray<string> => users.map(({ id }) => id).toSorted();

const mentionsOf = async (client: ApiClient, workspaceId: string): Promise<ReadonlyArray<string>> => {
  const ids: Array<string> = [];
  let next = "";
  do {
    const path = `/api/me/mentions?workspace_id=${workspaceId}&limit=${PAGE}${next}`;
    const page = await client.ok("GET", path);
    ids.push(...page.mentions.map(({ message }: { readonly message: Message }) => message.id));
    next = page.next_cursor === null ? "" : `&cursor=${page.next_cursor}`;
  } while (next !== "");
  return ids;
};

const contentOf = async (client: ApiClient, place: Known["places"][number]): Promise<Content> => {
  const direct = place.kind === "direct";
  const path = `/api/${direct ? "dms" : "channels"}/${place.id}`;
  const first = await client.request<MessagePage>("GET", `${path}/messages?limit=1`);
  if (first.status !== 200) return first.status;
  const [timeline, members, pins, draft] = await Promise.all([
    timelineOf(client, `${path}/messages`),
    direct
      ? client.ok("GET", path).then(({ conversation }) => idsOf(conversation.members))
      : client.ok("GET", `${path}/members`).then((answer) => idsOf(answer.members)),
    direct ? [] : client.ok("GET", `${path}/pins`).then(({ messages }) => messages as ReadonlyArray<Message>),
    direct ? undefined : draftOf(client, path),
  ]);
  // Of a thread whose replies are all deleted, who wrote the last one still tells.
  const threaded = timeline.filter(({ thread_state: state }) => state?.last_reply_at !== undefined);
  const threads = await byId(threaded, ({ id }) => repliesOf(client, id));
  const all = [...timeline, ...Object.values(threads).flat()];
  const edited = all.filter(({ edited_at: at }) => at !== undefined);
  return {
    members,
    timeline: timeline.map(viewOf),
    threads: Object.fromEntries(Object.entries(threads).map(([id, replies]) => [id, replies.map(viewOf)])),
    histories: await byId(edited, ({ id }) => textsOf(client, id)),
    pins: pins.map(({ id }) => id),
    draft,
  };
};

const byId = async <A>(
  messages: ReadonlyArray<Message>,
  read: (message: Message) => Promise<A>,
): Promise<Readonly<Record<string, A>>> =>
  Object.fromEntries(
    await Promise.all(messages.map(async (message) => [message.id, await read(message)] as const)),
  );

/** All pages of a timeline, oldest first. */
const timelineOf = async (client: ApiClient, path: string): Promise<ReadonlyArray<Message>> => {
  const messages: Array<Message> = [];
  for (;;) {
    const after = messages.at(-1)?.channel_seq ?? 0;
    const page: MessagePage = await client.ok("GET", `${path}?after_seq=${after}&limit=${PAGE}`);
    messages.push(...page.messages);
    if (!page.has_newer) return messages;
  }
};

const repliesOf = async (client: ApiClient, root: string): Promise<ReadonlyArray<Message>> => {
  const replies: Array<Message> = [];
  for (;;) {
    const after = replies.at(-1)?.thread_seq ?? 0;
    const page = await client.ok("GET", `/api/messages/${root}/thread?after_seq=${after}&limit=${PAGE}`);
    replies.push(...page.replies);
    if (!page.has_newer) return replies;
  }
};

const textsOf = async (client: ApiClient, id: string): Promise<ReadonlyArray<string>> =>
  (await client.ok("GET", `/api/messages/${id}/history`)).versions.map(({ body }: MessageVersion) => body);

const draftOf = async (client: ApiClient, path: string): Promise<string | undefined> => {
  const answer = await client.request("GET", `${path}/draft`);
  return answer.status === 200 ? answer.body.draft.body : undefined;
};

/** A message as it was answered. */
export const viewOf = (message: Message): MessageView => ({
  id: message.id,
  author: message.author_id,
  root: message.thread_root_id,
  seq: (message.channel_seq ?? message.thread_seq)!,
  body: message.body,
  at: message.created_at,
  edited: message.edited_at,
  deleted: message.deleted_at,
  reactions: message.reactions ?? [],
  thread: message.thread_state && threadViewOf(message.thread_state),
});

/** A thread's state as it was answered. */
export const threadViewOf = (state: ThreadState): NonNullable<MessageView["thread"]> => ({
  replies: state.reply_count,
  lastAt: state.last_reply_at,
  lastBy: state.last_reply_author_ids,
});
