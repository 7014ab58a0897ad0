/** Who asks: what becomes of each operation depends on it, and on the channel. */
export const ROLES = ["stranger", "outsider", "removed", "blocked", "member", "guest", "owner"] as const;
export type RoleName = (typeof ROLES)[number];

export const CHANNELS = ["public", "private", "archived"] as const;
export type ChannelName = (typeof CHANNELS)[number];

/** What an operation is tried on: ids of things that are there, or that are not. */
export interface Target {
  readonly workspaceId: string;
  readonly channelId: string;
  readonly messageId: string;
  /** A message that may be deleted. */
  readonly doomedId: string;
}

export interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: (target: Target) => string;
  readonly body?: object | ((target: Target) => object);
  /** Statuses by channel for member, guest and owner; one for all where the channel does not matter. */
  readonly expected: { readonly [Role in "member" | "guest" | "owner"]: ReadonlyArray<number> };
}

const inWorkspace =
  (rest = "") =>
  ({ workspaceId }: Target) =>
    `/api/workspaces/${workspaceId}${rest}`;
const inChannel =
  (rest = "") =>
  ({ channelId }: Target) =>
    `/api/channels/${channelId}${rest}`;
const ofMessage =
  (rest = "") =>
  ({ messageId }: Target) =>
    `/api/messages/${messageId}${rest}`;

const reading = { member: [200, 404, 200], guest: [200, 404, 200], owner: [200, 200, 200] };
const writing = { member: [201, 404, 403], guest: [201, 404, 403], owner: [201, 201, 403] };
const managing = { member: [403, 404, 403], guest: [403, 404, 403], owner: [200, 200, 200] };
const forAll = { member: [200], guest: [200], owner: [200] };

/** Channels are public, private and archived; guests joined the first and the last, members did not join the second. */
export const OPERATIONS: ReadonlyArray<Operation> = [
  { name: "getWorkspace", method: "GET", path: inWorkspace(), expected: forAll },
  { name: "listMembers", method: "GET", path: inWorkspace("/members"), expected: forAll },
  { name: "listChannels", method: "GET", path: inWorkspace("/channels"), expected: forAll },
  {
    name: "listEvents",
    method: "GET",
    path: ({ workspaceId }) => `/api/realtime/events?workspace_id=${workspaceId}`,
    expected: forAll,
  },
  {
    name: "updateWorkspace",
    method: "PATCH",
    path: inWorkspace(),
    body: { name: "Renamed" },
    expected: { member: [403], guest: [403], owner: [200] },
  },
  {
    name: "createChannel",
    method: "POST",
    path: inWorkspace("/channels"),
    body: { name: "NEW" },
    expected: { member: [201], guest: [403], owner: [201] },
  },
  { name: "listTopics", method: "GET", path: inWorkspace("/topics"), expected: forAll },
  {
    name: "createTopic",
    method: "POST",
    path: inWorkspace("/topics"),
    body: { name: "NEW" },
    expected: { member: [201], guest: [403], owner: [201] },
  },
  { name: "listPresence", method: "GET", path: inWorkspace("/presence"), expected: forAll },
  {
    name: "listMentions",
    method: "GET",
    path: ({ workspaceId }) => `/api/me/mentions?workspace_id=${workspaceId}`,
    expected: forAll,
  },
  {
    name: "search",
    method: "GET",
    path: ({ workspaceId }) => `/api/search?workspace_id=${workspaceId}&q=kept`,
    expected: forAll,
  },
  {
    name: "listConversations",
    method: "GET",
    path: ({ workspaceId }) => `/api/dms?workspace_id=${workspaceId}`,
    expected: forAll,
  },
  {
    name: "openConversation",
    method: "POST",
    path: () => "/api/dms",
    body: ({ workspaceId }) => ({ workspace_id: workspaceId, member_ids: [] }),
    expected: { member: [201], guest: [201], owner: [201] },
  },
  {
    name: "sendEphemeral",
    method: "POST",
    path: () => "/api/realtime/ephemeral",
    body: ({ workspaceId, channelId }) => ({
      workspace_id: workspaceId,
      type: "typing.started",
      channel_id: channelId,
    }),
    expected: { member: [202, 404, 202], guest: [202, 404, 202], owner: [202, 202, 202] },
  },
  { name: "readChannel", method: "POST", path: inChannel("/read"), body: { seq: 1 }, expected: reading },
  { name: "unreadChannel", method: "POST", path: inChannel("/unread"), body: { seq: 1 }, expected: reading },
  {
    name: "setNotificationSettings",
    method: "PATCH",
    path: inChannel("/notification-settings"),
    body: { preference: "mentions" },
    expected: reading,
  },
  {
    name: "getNotificationSettings",
    method: "GET",
    path: inChannel("/notification-settings"),
    expected: reading,
  },
  { name: "saveDraft", method: "PUT", path: inChannel("/draft"), body: { body: "x" }, expected: reading },
  { name: "getDraft", method: "GET", path: inChannel("/draft"), expected: reading },
  { name: "deleteDraft", method: "DELETE", path: inChannel("/draft"), expected: reading },
  { name: "listPins", method: "GET", path: inChannel("/pins"), expected: reading },
  // Whoever comes second finds it pinned already.
  {
    name: "pinMessage",
    method: "POST",
    path: inChannel("/pins"),
    body: ({ messageId }) => ({ message_id: messageId }),
    expected: { member: [201, 404, 403], guest: [409, 404, 403], owner: [409, 201, 403] },
  },
  { name: "listVersions", method: "GET", path: ofMessage("/history"), expected: reading },
  { name: "listChannelMembers", method: "GET", path: inChannel("/members"), expected: reading },
  { name: "listMessages", method: "GET", path: inChannel("/messages"), expected: reading },
  {
    name: "updateChannel",
    method: "PATCH",
    path: inChannel(),
    body: { display_title: "Title" },
    expected: managing,
  },
  {
    name: "addChannelMember",
    method: "POST",
    path: inChannel("/members"),
    body: { user_id: "OWNER" },
    expected: { member: [201, 404, 201], guest: [403, 404, 403], owner: [201, 201, 201] },
  },
  {
    name: "removeChannelMember",
    method: "DELETE",
    path: inChannel("/members/usr_00000000000000000000000000"),
    expected: managing,
  },
  {
    name: "joinChannel",
    method: "POST",
    path: inChannel("/join"),
    expected: { member: [200, 404, 200], guest: [403, 404, 403], owner: [200, 200, 200] },
  },
  {
    name: "postMessage",
    method: "POST",
    path: inChannel("/messages"),
    body: { body: "x" },
    expected: writing,
  },
  { name: "getMessage", method: "GET", path: ofMessage(), expected: reading },
  { name: "routeMessage", method: "POST", path: ofMessage("/route"), expected: reading },
  { name: "getThread", method: "GET", path: ofMessage("/thread"), expected: reading },
  {
    name: "replyInThread",
    method: "POST",
    path: ofMessage("/thread/replies"),
    body: { body: "x" },
    expected: writing,
  },
  {
    name: "addReaction",
    method: "POST",
    path: ofMessage("/reactions"),
    body: { emoji: "x" },
    expected: writing,
  },
  {
    name: "removeReaction",
    method: "DELETE",
    path: ofMessage("/reactions/y"),
    expected: { member: [200, 404, 403], guest: [200, 404, 403], owner: [200, 200, 403] },
  },
  {
    name: "editMessage",
    method: "PATCH",
    path: ofMessage(),
    body: { body: "y" },
    expected: { member: [403, 404, 403], guest: [403, 404, 403], owner: [200, 200, 403] },
  },
  {
    name: "deleteMessage",
    method: "DELETE",
    path: ({ doomedId }) => `/api/messages/${doomedId}`,
    expected: managing,
  },
  // Last: guests do not see the channels any more afterwards.
  {
    name: "leaveChannel",
    method: "POST",
    path: inChannel("/leave"),
    expected: { member: [200, 404, 200], guest: [200, 404, 200], owner: [200, 200, 200] },
  },
];

/** The status that the table gives for a role and a channel. */
export const expectedStatus = ({ expected }: Operation, role: RoleName, channel: ChannelName): number => {
  if (role === "blocked") return 403;
  if (role === "stranger" || role === "outsider" || role === "removed") return 404;
  const statuses = expected[role];
  return statuses[CHANNELS.indexOf(channel)] ?? statuses[0]!;
};
