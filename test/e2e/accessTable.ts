import type { OperationId } from "@clickclack/protocol/http/BotAccess";
import type { AccessWorld, Target } from "./accessWorld.ts";

/** Who asks. `bot` has every scope, `scopeless` a token of the same workspace that is good for none of the operations. */
export const ROLES = [
  "anonymous",
  "deactivated",
  "stranger",
  "outsider",
  "removed",
  "blocked",
  "guest",
  "member",
  "moderator",
  "owner",
  "bot",
  "scopeless",
] as const;
export type RoleName = (typeof ROLES)[number];

export const PLACES = ["public", "private", "direct", "archived"] as const;
export type PlaceName = (typeof PLACES)[number];

/** Who is let into the workspace, and which places each of them sees. */
export const SEES = {
  guest: ["public", "direct", "archived"],
  member: ["public", "archived"],
  moderator: ["public", "archived"],
  owner: PLACES,
  bot: PLACES,
} as const satisfies Partial<Record<RoleName, ReadonlyArray<PlaceName>>>;
export type Insider = keyof typeof SEES;

/** What the others are told, whatever they ask of the workspace. */
const TOLD: { readonly [Role in Exclude<RoleName, Insider>]: number } = {
  anonymous: 401,
  deactivated: 401,
  stranger: 404,
  outsider: 404,
  removed: 404,
  blocked: 403,
  scopeless: 403,
};

type Exceptions = Partial<Record<Insider, number>>;
type Answers = Partial<Record<PlaceName, number>>;

export interface Row {
  /** Who is asked to sign in: nobody, any account, or whoever is let into the workspace. */
  readonly who: "anybody" | "account" | "insider";
  /** What insiders are answered where they see the place; 404 where the place is of another kind. One place: all are alike. */
  readonly answers: Answers;
  readonly but?: Exceptions;
  /** Others who are let into no workspace, and are answered otherwise than its insiders all the same. */
  readonly told?: Partial<Record<RoleName, number>>;
  /** No bot may, whatever its token is good for. */
  readonly humans?: true;
  readonly body?: (target: Target) => object | string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: (target: Target) => Record<string, string>;
  /** What has to be there before the request is made, each time; what it returns stands in for the target's own. */
  readonly before?: (world: AccessWorld, target: Target, role: RoleName) => Promise<Partial<Target> | void>;
  /** Takes back what the request did, where the rows after it would be answered otherwise. */
  readonly after?: (world: AccessWorld, target: Target, role: RoleName) => Promise<void>;
}

type Request = Pick<Row, "body" | "headers" | "query" | "before" | "after" | "humans">;

const open = (status: number, request: Request = {}): Row => ({
  who: "anybody",
  answers: { public: status },
  ...request,
});
const ofAccount = (status: number, request: Request = {}): Row => ({
  who: "account",
  answers: { public: status },
  ...request,
});
const inWorkspace = (status: number, but: Exceptions = {}, request: Request = {}): Row => ({
  who: "insider",
  answers: { public: status },
  but,
  ...request,
});
/** Open channels, then the archived one. */
const inChannel = (
  [status, archived]: readonly [number, number],
  but: Exceptions = {},
  request: Request = {},
): Row => ({
  who: "insider",
  answers: { public: status, private: status, direct: 404, archived },
  but,
  ...request,
});
const inConversation = (status: number, request: Request = {}): Row => ({
  who: "insider",
  answers: { public: 404, private: 404, direct: status, archived: 404 },
  ...request,
});
/** What has one address in channels and conversations: messages, and what people keep for themselves. */
const anywhere = (
  [status, archived]: readonly [number, number],
  but: Exceptions = {},
  request: Request = {},
): Row => ({
  who: "insider",
  answers: { public: status, private: status, direct: status, archived },
  but,
  ...request,
});

const FORM = {
  headers: { "Content-Type": "multipart/form-data; boundary=b" },
  body: () => '--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nx\r\n--b--\r\n',
};
const ALL = [200, 200] as const;
/** New content: not in an archived channel. */
const NEW = [201, 403] as const;
const CHANGED = [200, 403] as const;
const humans = true;
const authorOnly = { guest: 403, member: 403, moderator: 403, bot: 403 };
const ownerOnly = { guest: 403, member: 403, moderator: 403 };
const managersOnly = { guest: 403, member: 403, bot: 403 };
const noGuests = { guest: 403 };

const workspace = ({ workspaceId: workspace_id }: Target) => ({ workspace_id });
const fresh = (text = "new") => `${text}-${crypto.randomUUID().slice(0, 8)}`;
const says = { body: () => ({ body: "x" }) };

/**
 * What each operation answers to each role in each place; the compiler and `scripts/check access` tell of an operation
 * without a row. A row needs method and path no more: they are the API's, filled with the target's ids.
 */
export const TABLE: { readonly [Id in OperationId]: Row } = {
  healthz: open(200),
  readyz: open(200),
  requestMagicLink: open(501, { body: () => ({ email: "a@example.com" }) }),
  consumeMagicLink: open(400, { body: () => ({ token: "none" }) }),

  startSignIn: open(302),
  finishSignIn: open(302),
  // From elsewhere: the right code would make whoever has it the owner of the test's server.
  setUp: open(403, {
    headers: { "X-Forwarded-For": "203.0.113.7" },
    body: () => ({ code: "AAAA-AAAA", name: "Ann", email: "ann@example.com" }),
  }),
  loginWithPassword: open(401, { body: () => ({ identifier: fresh("nobody"), password: "wrong horse" }) }),
  // They come by named tokens, which are revoked instead.
  logout: ofAccount(403, { humans }),
  changePassword: ofAccount(403, { humans, body: () => ({ new_password: "short" }) }),
  enrolTotp: ofAccount(403, { humans, body: () => ({}) }),
  confirmTotp: ofAccount(409, {
    humans,
    body: () => ({ code: "nonsense" }),
    before: (world, _, role) => world.try(role, "POST", "/api/me/totp", {}),
  }),
  removeTotp: ofAccount(400, { humans, body: () => ({}) }),

  getMe: ofAccount(200),
  updateMe: ofAccount(200, { humans, body: () => ({ avatar_url: "https://example.com/a.png" }) }),
  // Everybody here came by an access token, which is not enough for what outlives it.
  deleteMe: ofAccount(403, { humans, body: () => ({ confirm: "nobody" }) }),
  createMyToken: ofAccount(403, { humans, body: () => ({ name: "other" }) }),
  listMyTokens: ofAccount(200, { humans }),
  revokeMyToken: ofAccount(404, { humans }),
  listMySessions: ofAccount(200, { humans }),
  revokeMySession: ofAccount(404, { humans }),
  revokeOtherSessions: ofAccount(200, { humans }),
  listWorkspaces: ofAccount(200),
  createWorkspace: ofAccount(201, { humans, body: () => ({ name: fresh() }) }),

  getWorkspace: inWorkspace(200),
  updateWorkspace: inWorkspace(200, managersOnly, { humans, body: () => ({ name: "Renamed" }) }),
  deleteWorkspace: inWorkspace(204, ownerOnly, {
    humans,
    before: (world, _, role) => world.sideWorkspace(role),
  }),
  transferOwnership: inWorkspace(200, ownerOnly, {
    humans,
    body: ({ ownerId }) => ({ user_id: ownerId }),
  }),
  listModeratedMembers: inWorkspace(200, managersOnly, { humans }),
  moderateMember: inWorkspace(200, managersOnly, {
    humans,
    body: () => ({ role: "guest", timeout_minutes: 5, moderation_note: "noted" }),
    before: (world, target) => world.freshMember(target),
  }),
  removeMember: inWorkspace(200, managersOnly, {
    humans,
    before: (world, target) => world.freshMember(target),
  }),
  leaveWorkspace: inWorkspace(
    200,
    { owner: 403 },
    { humans, before: (world, _, role) => world.sideWorkspace(role) },
  ),
  listMembers: inWorkspace(200),
  listPresence: inWorkspace(200),
  listAuditLog: inWorkspace(200, { guest: 403, member: 403, moderator: 403 }, { humans }),
  createInvite: inWorkspace(201, noGuests, { body: () => ({}) }),
  listInvites: inWorkspace(200),
  revokeInvite: inWorkspace(
    200,
    { guest: 404, member: 404, bot: 404 },
    { before: (world, target) => world.invite(target, "id") },
  ),
  previewInvite: open(200, { before: (world, target) => world.invite(target, "code") }),
  register: open(201, {
    before: (world, target) => world.invite(target, "code"),
    body: ({ invite }) => ({ invite_code: invite!, display_name: fresh("New"), password: "correct horse" }),
  }),
  acceptInvite: {
    ...ofAccount(200, {
      humans,
      before: (world, target) => world.invite(target, "code"),
      after: async (world, _, role) => (LET_IN.has(role) ? world.expel(role) : undefined),
    }),
    told: { blocked: 403 },
  },
  listEvents: inWorkspace(200, {}, { query: workspace }),
  search: inWorkspace(200, {}, { query: (target) => ({ ...workspace(target), q: "kept" }) }),
  listMentions: inWorkspace(200, {}, { query: workspace }),
  getMessageByNonce: inWorkspace(
    200,
    {},
    {
      query: (target) => ({ ...workspace(target), nonce: "mine" }),
      before: (world, { scopeId }, role) =>
        world.try(role, "POST", `/api/channels/${scopeId}/messages`, NONCE),
    },
  ),
  listTopics: inWorkspace(200),
  createTopic: inWorkspace(201, noGuests, { body: () => ({ name: fresh() }) }),
  listChannels: inWorkspace(200),
  createChannel: inWorkspace(201, noGuests, { body: () => ({ name: fresh() }) }),
  listConversations: inWorkspace(200, {}, { query: workspace }),
  openConversation: inWorkspace(201, {}, { body: (target) => ({ ...workspace(target), member_ids: [] }) }),

  updateChannel: inChannel(ALL, { guest: 403, member: 403 }, { body: () => ({ display_title: "Title" }) }),
  listChannelMembers: inChannel(ALL),
  addChannelMember: inChannel([201, 201], noGuests, { body: ({ ownerId }) => ({ user_id: ownerId }) }),
  removeChannelMember: inChannel(ALL, managersOnly),
  joinChannel: inChannel(ALL, noGuests),
  leaveChannel: inChannel(ALL, {}, { after: (world, target, role) => world.rejoin(role, target) }),
  listPins: inChannel(ALL),
  pinMessage: inChannel(
    NEW,
    {},
    {
      body: ({ messageId }) => ({ message_id: messageId }),
      before: (world, target) => world.freshMessage(target),
    },
  ),
  unpinMessage: inChannel(CHANGED, {}, { before: (world, target) => world.pinnedMessage(target) }),
  listMessages: inChannel(ALL),
  postMessage: inChannel(NEW, {}, says),
  readChannel: inChannel(ALL, {}, { body: () => ({ seq: 1 }) }),

  getConversation: inConversation(200),
  hideConversation: inConversation(200, { humans }),
  showConversation: inConversation(200, { humans }),
  listDirectMessages: inConversation(200),
  postDirectMessage: inConversation(201, says),
  readConversation: inConversation(200, { body: () => ({ seq: 1 }) }),

  sendEphemeral: anywhere(
    [202, 202],
    {},
    {
      body: ({ place, scopeId, ...target }) => ({
        ...workspace({ place, scopeId, ...target }),
        type: "typing.started",
        [place === "direct" ? "direct_conversation_id" : "channel_id"]: scopeId,
      }),
    },
  ),
  unreadConversation: inConversation(200, { body: () => ({ seq: 1 }) }),
  unreadChannel: anywhere(ALL, {}, { body: () => ({ seq: 1 }) }),
  getNotificationSettings: anywhere(ALL, {}, { humans }),
  setNotificationSettings: anywhere(ALL, {}, { humans, body: () => ({ preference: "mentions" }) }),
  saveDraft: anywhere(ALL, {}, { humans, body: () => ({ body: "x" }) }),
  getDraft: anywhere(
    ALL,
    {},
    {
      humans,
      before: (world, { scopeId }, role) => world.try(role, "PUT", `/api/channels/${scopeId}/draft`, DRAFT),
    },
  ),
  deleteDraft: anywhere(ALL, {}, { humans }),

  resolveRoute: anywhere(ALL),
  getMessage: anywhere(ALL),
  routeMessage: anywhere(ALL),
  listVersions: anywhere(ALL),
  getThread: anywhere(ALL),
  replyInThread: anywhere(NEW, {}, says),
  addReaction: anywhere(NEW, {}, { body: () => ({ emoji: "x" }) }),
  removeReaction: anywhere(CHANGED),
  editMessage: anywhere(CHANGED, authorOnly, { body: () => ({ body: "kept, and edited" }) }),
  followThread: anywhere(ALL),
  unfollowThread: anywhere(ALL),
  readThread: anywhere(ALL, {}, { body: () => ({ seq: 1 }) }),
  unreadThread: anywhere(ALL, {}, { body: () => ({ seq: 1 }) }),
  listThreads: inWorkspace(200, {}, { query: workspace }),
  listActivity: inWorkspace(200, {}, { query: workspace }),
  readActivity: inWorkspace(
    200,
    {},
    { body: (target) => ({ ...workspace(target), up_to: "2030-01-01T00:00:00Z" }) },
  ),

  createUpload: inWorkspace(201, {}, { query: workspace, ...FORM }),
  getUploadByNonce: inWorkspace(
    200,
    {},
    {
      query: (target) => ({ ...workspace(target), nonce: "mine" }),
      before: async (world, target, role) => void (await world.upload(role, target.workspaceId, "mine")),
    },
  ),
  getUpload: anywhere(ALL),
  deleteUpload: inWorkspace(
    200,
    {},
    { before: (world, target, role) => world.upload(role, target.workspaceId) },
  ),
  attachUpload: anywhere(CHANGED, authorOnly, {
    body: ({ uploadId: upload_id }) => ({ upload_id }),
    before: (world, target, role) => world.upload(role, target.workspaceId),
  }),

  deleteMessage: anywhere(ALL, managersOnly, {
    before: async (_, { doomedId: messageId }) => ({ messageId }),
  }),
};

/** Whom an invite lets in. */
const LET_IN: ReadonlySet<RoleName> = new Set(["stranger", "outsider", "removed"]);
const NONCE = { body: "mine", nonce: "mine" };
const DRAFT = { body: "x" };

/** What opens a socket of the workspace; 101 stands for one that opens. */
export const UPGRADE = inWorkspace(101);

const isInsider = (role: RoleName): role is Insider => Object.hasOwn(SEES, role);

/** The status that the table gives for a role in a place. */
export const expectedStatus = (row: Row, role: RoleName, place: PlaceName): number => {
  const here = row.answers[place] ?? row.answers.public!;
  if (row.who === "anybody") return here;
  if (role === "anonymous" || role === "deactivated" || role === "scopeless") return TOLD[role];
  if (row.humans && role === "bot") return 403;
  const told = row.told?.[role];
  if (told !== undefined) return told;
  if (row.who === "account") return here;
  // An id of the wrong kind names nothing, to nobody.
  if (here === 404) return 404;
  if (!isInsider(role)) return TOLD[role];
  const sees: ReadonlyArray<PlaceName> = SEES[role];
  const everywhere = Object.keys(row.answers).length === 1;
  if (!everywhere && !sees.includes(place)) return 404;
  return place === "archived" && here === 403 ? 403 : (row.but?.[role] ?? here);
};
