import type { DescribedRequest } from "../support/OpenApi.ts";

/** What exercises are done on: fresh for each operation. */
export interface Scene {
  readonly workspace_id: string;
  readonly channel_id: string;
  /** In the channel, by the caller. */
  readonly message_id: string;
  /** With the other member; something was said in it. */
  readonly direct_conversation_id: string;
  /** Another member. */
  readonly user_id: string;
  /** A file of the caller's on no message, for the operations that need one. */
  readonly upload_id: string;
  /** That no other scene has. */
  readonly name: string;
  /** Of an open invite of the caller's. */
  readonly invite: { readonly id: string; readonly code: string };
  /** Of a link that was not used yet. */
  readonly linkToken: string;
  /** Of whoever sends the requests, and a session and a token of its own besides the one that it sends them by. */
  readonly own_handle: string;
  readonly session_id: string;
  readonly token_id: string;
  /** The caller. */
  readonly own_id: string;
  /** A workspace that the operation may end its caller's time in. */
  readonly doomed_workspace_id: string;
  /** Of somebody who signs in with a password. */
  readonly handle: string;
  readonly password: string;
  /** That the authenticator of the caller shows, where one is being enrolled. */
  readonly totpCode: string;
}

type Exercise = (scene: Scene) => ReadonlyArray<DescribedRequest>;

const inWorkspace =
  (body?: (scene: Scene) => object): Exercise =>
  (scene) => [{ parameters: { workspace_id: scene.workspace_id }, ...(body && { body: body(scene) }) }];
const inChannel =
  (body?: (scene: Scene) => object): Exercise =>
  (scene) => [{ parameters: { channel_id: scene.channel_id }, ...(body && { body: body(scene) }) }];
const inConversation =
  (body?: (scene: Scene) => object): Exercise =>
  ({ direct_conversation_id, ...scene }) => [
    {
      parameters: { direct_conversation_id },
      ...(body && { body: body({ direct_conversation_id, ...scene }) }),
    },
  ];
const ofMessage =
  (body?: (scene: Scene) => object): Exercise =>
  (scene) => [{ parameters: { message_id: scene.message_id }, ...(body && { body: body(scene) }) }];
const twice =
  (exercise: Exercise): Exercise =>
  (scene) => [...exercise(scene), ...exercise(scene)];

const form = (fields: Readonly<Record<string, string>>): FormData => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  data.set("file", new File(["described"], "file.txt", { type: "text/plain" }));
  return data;
};

const readSeq = () => ({ seq: 1 });

/** Valid requests of every operation, by its id: together they get every success that it has. */
export const EXERCISES: Readonly<Record<string, Exercise>> = {
  healthz: () => [{}],
  readyz: () => [{}],
  requestMagicLink: ({ name }) => [{ body: { email: `${name}@example.com`, display_name: name } }],
  consumeMagicLink: ({ linkToken }) => [{ body: { token: linkToken } }],
  startSignIn: () => [{ parameters: { provider: "github", return_to: "/app", invite: "x" } }],
  finishSignIn: () => [{ parameters: { provider: "github", state: "x", code: "x" } }],
  setUp: ({ name }) => [{ body: { code: "AAAA-AAAA", name, email: `${name}@example.com` } }],
  loginWithPassword: ({ handle, password }) => [{ body: { identifier: handle, password } }],
  logout: () => [{}],
  changePassword: ({ password }) => [
    { body: { new_password: password } },
    { body: { current_password: password, new_password: `${password}!` } },
  ],
  enrolTotp: () => [{ body: {} }],
  confirmTotp: ({ totpCode }) => [{ body: { code: totpCode } }],
  removeTotp: ({ totpCode }) => [{ body: { code: totpCode } }],
  getMe: () => [{}],
  updateMe: ({ own_handle: handle }) => [
    {
      body: {
        display_name: "Ann B.",
        handle,
        avatar_url: "/a.png",
        notification_settings: { sound: "knock" },
        appearance_preferences: null,
      },
    },
  ],
  deleteMe: ({ own_handle: confirm }) => [{ body: { confirm } }],
  listMySessions: () => [{}],
  revokeMySession: ({ session_id }) => [{ parameters: { session_id } }],
  revokeOtherSessions: () => [{}],
  listMyTokens: () => [{}],
  createMyToken: ({ name }) => [{ body: { name } }, { body: { name, expires_in_days: 30 } }],
  revokeMyToken: ({ token_id }) => [{ parameters: { token_id } }],
  listWorkspaces: () => [{}],
  createWorkspace: ({ name }) => [{ body: { name } }, { body: { name, slug: `${name}-2` } }],
  getWorkspace: inWorkspace(),
  updateWorkspace: (scene) => [
    ...inWorkspace(({ name }) => ({ name, slug: name, icon_url: "https://example.com/i.png" }))(scene),
    ...inWorkspace(() => ({}))(scene),
  ],
  deleteWorkspace: ({ doomed_workspace_id }) => [{ parameters: { workspace_id: doomed_workspace_id } }],
  transferOwnership: inWorkspace(({ own_id }) => ({ user_id: own_id })),
  listModeratedMembers: ({ workspace_id }) => [
    { parameters: { workspace_id } },
    { parameters: { workspace_id, limit: "1", q: "a", role: "owner" } },
  ],
  moderateMember: ({ workspace_id, user_id }) =>
    [
      { role: "guest", moderation_note: "Warned.", timeout_minutes: 5 },
      { timeout_until: new Date(Date.now() + 60_000).toISOString() },
      { clear_timeout: true, blocked: false, role: "member" },
    ].map((body) => ({ parameters: { workspace_id, user_id }, body })),
  removeMember: ({ workspace_id, user_id }) => [{ parameters: { workspace_id, user_id } }],
  leaveWorkspace: ({ doomed_workspace_id }) => [{ parameters: { workspace_id: doomed_workspace_id } }],
  listMembers: ({ workspace_id }) => [
    { parameters: { workspace_id } },
    { parameters: { workspace_id, limit: "1", q: "a", role: "member" } },
  ],
  register: ({ invite, name, password }) => [
    { body: { invite_code: invite.code, display_name: name, handle: name.slice(0, 20), password } },
  ],
  listAuditLog: ({ workspace_id, user_id, channel_id }) => [
    { parameters: { workspace_id } },
    { parameters: { workspace_id, limit: "2", type: "channel.created", channel_id } },
    {
      parameters: {
        workspace_id,
        actor_id: user_id,
        target_id: user_id,
        since: "2026-01-01T00:00:00Z",
        until: "2030-01-01T00:00:00+01:00",
      },
    },
  ],
  createInvite: (scene) => [
    ...inWorkspace(() => ({}))(scene),
    ...inWorkspace(({ channel_id }) => ({
      role: "guest",
      channel_id,
      expires_at: new Date(Date.now() + 60_000).toISOString(),
      max_uses: 1,
    }))(scene),
    ...inWorkspace(() => ({ expires_at: null, max_uses: null }))(scene),
  ],
  listInvites: ({ workspace_id }) => [
    { parameters: { workspace_id } },
    { parameters: { workspace_id, state: "all" } },
  ],
  revokeInvite: ({ invite }) => [{ parameters: { invite: invite.id } }],
  previewInvite: ({ invite }) => [{ parameters: { invite: invite.code } }],
  acceptInvite: ({ invite }) => [{ parameters: { invite: invite.code } }],
  listChannels: inWorkspace(),
  createChannel: (scene) => [
    ...inWorkspace(({ name }) => ({ name }))(scene),
    ...inWorkspace(({ name }) => ({
      name: `${name}-2`,
      kind: "private",
      display_title: "Title",
      external_managed: true,
      external_ref: "ref",
      external_url: "https://example.com",
      sidebar_section: "Section",
    }))(scene),
  ],
  updateChannel: inChannel(({ name }) => ({
    name,
    archived: true,
    display_title: "Title",
    sidebar_section: "",
    slow_mode_seconds: 30,
  })),
  listChannelMembers: inChannel(),
  addChannelMember: inChannel(({ user_id }) => ({ user_id })),
  removeChannelMember: ({ channel_id, user_id }) => [{ parameters: { channel_id, user_id } }],
  joinChannel: inChannel(),
  leaveChannel: inChannel(),
  listPins: inChannel(),
  pinMessage: inChannel(({ message_id }) => ({ message_id })),
  listTopics: inWorkspace(),
  createTopic: (scene) => [
    ...inWorkspace(({ name }) => ({ name }))(scene),
    ...inWorkspace(({ name, channel_id }) => ({ name, channel_id }))(scene),
  ],
  listConversations: inWorkspace(),
  openConversation: ({ workspace_id, user_id }) => [{ body: { workspace_id, member_ids: [user_id] } }],
  getConversation: inConversation(),
  hideConversation: inConversation(),
  showConversation: inConversation(),
  listDirectMessages: inConversation(),
  postDirectMessage: twice(inConversation(({ name }) => ({ body: "hello", nonce: name }))),
  listMessages: ({ channel_id }) => [
    { parameters: { channel_id } },
    { parameters: { channel_id, mode: "latest", limit: "5" } },
    ...["after_seq", "before_seq", "around_seq"].map((window) => ({
      parameters: { channel_id, [window]: "1" },
    })),
  ],
  postMessage: twice(
    inChannel(({ name, message_id }) => ({
      body: "hello",
      nonce: name,
      quoted_message_id: message_id,
      kind: "agent",
      turn_id: "turn-1",
    })),
  ),
  getMessageByNonce: ({ workspace_id, name }) => [{ parameters: { workspace_id, nonce: `${name}-known` } }],
  getMessage: ofMessage(),
  editMessage: ofMessage(() => ({ body: "edited" })),
  deleteMessage: twice(ofMessage()),
  routeMessage: ofMessage(),
  listVersions: ofMessage(),
  getThread: ({ message_id }) => [
    { parameters: { message_id } },
    { parameters: { message_id, latest: "true", limit: "1" } },
  ],
  replyInThread: twice(ofMessage(({ name }) => ({ body: "a reply", nonce: name }))),
  addReaction: twice(ofMessage(() => ({ emoji: "tada" }))),
  removeReaction: ({ message_id }) => [{ parameters: { message_id, emoji: "a/b %25 👀" } }],
  createUpload: ({ workspace_id, name }) => [
    { parameters: { nonce: name }, body: form({ workspace_id }) },
    { parameters: { nonce: name }, body: form({ workspace_id }) },
    { parameters: { workspace_id }, body: form({ width: "3", height: "4", duration_ms: "5" }) },
  ],
  getUpload: ({ upload_id }) => [
    { parameters: { upload_id } },
    { parameters: { upload_id, range: "bytes=1-3" } },
  ],
  deleteUpload: ({ upload_id }) => [{ parameters: { upload_id } }],
  attachUpload: ofMessage(({ upload_id }) => ({ upload_id })),
  followThread: ofMessage(),
  unfollowThread: ofMessage(),
  readThread: ofMessage(readSeq),
  unreadThread: ofMessage(readSeq),
  listThreads: ({ workspace_id }) => [{ parameters: { workspace_id, unread: "true", limit: "5" } }],
  listActivity: ({ workspace_id }) => [
    { parameters: { workspace_id } },
    { parameters: { workspace_id, types: "mention,reaction", unread: "true", limit: "5" } },
  ],
  readActivity: ({ workspace_id }) => [{ body: { workspace_id, up_to: "2030-01-01T00:00:00Z" } }],
  resolveRoute: ({ workspace_id, ...scene }) =>
    [scene.channel_id, scene.message_id, scene.direct_conversation_id].map((target_route_id) => ({
      parameters: { workspace_route_id: workspace_id, target_route_id },
    })),
  readChannel: inChannel(readSeq),
  unreadChannel: inChannel(readSeq),
  readConversation: inConversation(readSeq),
  unreadConversation: inConversation(readSeq),
  getNotificationSettings: inChannel(),
  setNotificationSettings: inChannel(() => ({ preference: "mentions" })),
  saveDraft: inChannel(() => ({ body: "not yet" })),
  deleteDraft: inChannel(),
  listMentions: ({ workspace_id }) => [{ parameters: { workspace_id, limit: "5" } }],
  search: ({ workspace_id, channel_id }) => [
    { parameters: { workspace_id, q: "first" } },
    { parameters: { workspace_id, channel_id, q: "first", sort: "newest", limit: "5" } },
  ],
  listPresence: inWorkspace(),
  sendEphemeral: ({ workspace_id, channel_id }) => [
    { body: { workspace_id, channel_id, type: "typing.started" } },
  ],
  listEvents: ({ workspace_id }) => [
    { parameters: { workspace_id } },
    { parameters: { workspace_id, include_tail: "true", limit: "2" } },
  ],
};

/** Those that leave nothing as the others need it; they succeed in a test of their own. */
export const FINAL: ReadonlySet<string> = new Set(["setUp"]);

/** Those that need something else to have been done first. */
export const PREPARED: Readonly<Record<string, readonly [first: string, then: Exercise]>> = {
  unpinMessage: ["pinMessage", ({ channel_id, message_id }) => [{ parameters: { channel_id, message_id } }]],
  getDraft: ["saveDraft", inChannel()],
  getUploadByNonce: [
    "createUpload",
    ({ workspace_id, name }) => [{ parameters: { workspace_id, nonce: name } }],
  ],
};
