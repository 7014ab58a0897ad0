import type { HttpApi, HttpApiGroup } from "effect/http-api";
import type { Api } from "./Api.ts";
import type { Scope } from "./Scopes.ts";

type Groups = typeof Api extends HttpApi.HttpApi<string, infer Group> ? Group : never;

/** Identifier of an operation of the API. */
export type OperationId = HttpApiGroup.Endpoints<Groups>["identifier"];

/** What an operation asks of a bot's token: these scopes, and those that a field of the body asks for by its value. */
export interface ScopeRule {
  readonly scopes: ReadonlyArray<Scope>;
  readonly field?: string;
  readonly byValue?: Readonly<Record<string, Scope>>;
}

/** `open`: nobody signs in for it; `humans`: no bot may, whatever its token; else what its token needs. */
export type BotAccess = "open" | "humans" | Scope | ScopeRule;

/** Lines that agents post about their work: for clients they are no messages like others. */
const AGENT_KINDS = {
  agent_commentary: "agent_activity:write",
  agent_tool: "agent_activity:write",
} as const;

/**
 * Which scope each operation needs; the compiler tells of an operation without a line. What is in a direct
 * conversation needs `dms:read` or `dms:write` besides, under whichever operation it is reached.
 */
export const BOT_ACCESS: { readonly [Id in OperationId]: BotAccess } = {
  healthz: "open",
  readyz: "open",
  requestMagicLink: "open",
  consumeMagicLink: "open",
  startSignIn: "open",
  finishSignIn: "open",
  setUp: "open",
  loginWithPassword: "open",
  logout: "humans",
  changePassword: "humans",
  enrolTotp: "humans",
  confirmTotp: "humans",
  removeTotp: "humans",

  getMe: "profile:read",
  updateMe: "humans",
  deleteMe: "humans",
  listMySessions: "humans",
  revokeMySession: "humans",
  revokeOtherSessions: "humans",
  listMyTokens: "humans",
  createMyToken: "humans",
  revokeMyToken: "humans",

  listWorkspaces: "workspaces:read",
  createWorkspace: "humans",
  getWorkspace: "workspaces:read",
  updateWorkspace: "humans",
  deleteWorkspace: "humans",
  transferOwnership: "humans",
  listModeratedMembers: "humans",
  moderateMember: "humans",
  removeMember: "humans",
  leaveWorkspace: "humans",
  listMembers: "workspaces:read",
  listPresence: "workspaces:read",
  resolveRoute: "workspaces:read",

  listAuditLog: "humans",

  createInvite: "channels:write",
  listInvites: "channels:write",
  revokeInvite: "channels:write",
  previewInvite: "open",
  acceptInvite: "humans",
  register: "open",

  listChannels: "channels:read",
  createChannel: "channels:write",
  updateChannel: "channels:write",
  listChannelMembers: "channels:read",
  addChannelMember: "channels:write",
  removeChannelMember: "channels:write",
  joinChannel: "channels:write",
  leaveChannel: "channels:write",
  listTopics: "channels:read",
  createTopic: "channels:write",

  listPins: "messages:read",
  pinMessage: "messages:write",
  unpinMessage: "messages:write",

  listMessages: "messages:read",
  postMessage: { scopes: ["messages:write"], field: "kind", byValue: AGENT_KINDS },
  getMessageByNonce: "messages:read",
  getMessage: "messages:read",
  editMessage: "messages:write",
  deleteMessage: "messages:write",
  routeMessage: "messages:read",
  listVersions: "messages:read",
  addReaction: "messages:write",
  removeReaction: "messages:write",
  search: "messages:read",

  getThread: "threads:read",
  replyInThread: "threads:write",

  followThread: "threads:write",
  unfollowThread: "threads:write",
  readThread: "threads:read",
  unreadThread: "threads:read",
  listThreads: "threads:read",
  listActivity: "messages:read",
  readActivity: "messages:read",

  createUpload: "uploads:write",
  getUploadByNonce: "uploads:write",
  getUpload: "messages:read",
  deleteUpload: "uploads:write",
  attachUpload: { scopes: ["uploads:write", "messages:write"] },

  listConversations: "dms:read",
  openConversation: "dms:write",
  getConversation: "dms:read",
  hideConversation: "humans",
  showConversation: "humans",
  listDirectMessages: "dms:read",
  postDirectMessage: { scopes: ["dms:write"], field: "kind", byValue: AGENT_KINDS },

  readChannel: "messages:read",
  unreadChannel: "messages:read",
  readConversation: "dms:read",
  unreadConversation: "dms:read",
  getNotificationSettings: "humans",
  setNotificationSettings: "humans",
  saveDraft: "humans",
  getDraft: "humans",
  deleteDraft: "humans",
  listMentions: "messages:read",

  listEvents: "realtime:read",
  sendEphemeral: {
    scopes: [],
    field: "type",
    byValue: {
      "typing.started": "messages:write",
      "typing.stopped": "messages:write",
      "presence.changed": "realtime:read",
      "agent.progress": "agent_activity:write",
    },
  },
};

/** What a socket needs. */
export const REALTIME_SCOPE: Scope = "realtime:read";
