import type { Role } from "@clickclack/protocol/events/WorkspaceEvents";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import type { ClickClack } from "../support/ClickClack.ts";
import { Cluster, clientOf } from "../support/Cluster.ts";
import { EventSocket } from "../support/EventSocket.ts";
import { Operator } from "../support/Operator.ts";
import { download, uploadFile } from "../support/uploadFile.ts";
import { until } from "../support/until.ts";

/** What the product promises, from the answer to the change on. */
const WITHIN_MS = 1_000;

let cluster: Cluster;
/** Where access is taken, and where it is used. */
let here: ClickClack;
let there: ClickClack;
let operator: Operator;

beforeAll(async () => {
  cluster = await Cluster.create();
  here = await cluster.add();
  there = await cluster.add({ role: "gateway" });
  operator = await Operator.connect(here);
});
afterAll(async () => {
  await operator?.close();
  await cluster?.stop();
});

/** A channel or conversation, and what is to be found in it: texts that stand in whatever is shown of it. */
interface Place {
  readonly path: string;
  readonly id: string;
  readonly mark: string;
  readonly messageId: string;
  /** A file on a message there; its name bears the mark. */
  readonly uploadId: string;
}

interface Subject {
  readonly id: string;
  /** Acts at the gateway where access is taken, and at the other. */
  readonly here: ApiClient;
  readonly there: ApiClient;
  readonly credentialId: string;
  /** The person itself where access is taken, by a session of its own; of a bot, whoever answers for it. */
  readonly self: ApiClient;
}

interface Room {
  readonly workspaceId: string;
  readonly owner: ApiClient;
  readonly subject: Subject;
  readonly open: Place;
  readonly inner: Place;
  readonly direct: Place;
  readonly cursor: string;
}

/** What the subject comes by. */
type By = "token" | "session";

const subjectOf = async (role: Role, workspaceId: string, by: By): Promise<Subject> => {
  const base = clientOf(here);
  const as = (token: string) => ({ here: base.withToken(token), there: base.withToken(token).at(there.url) });
  const { user, client: self } = await base.signUp(role);
  if (role === "bot") {
    const { botId, token } = await operator.createBot(workspaceId, ["bot:admin"], { owner: user.id });
    return { id: botId, credentialId: token.credentialId, self, ...as(token.token) };
  }
  await operator.addMember(workspaceId, user.id, role);
  const { accounts } = operator.deployment;
  const { token, credentialId } =
    by === "session"
      ? await accounts.openSession(user.id)
      : await accounts.issueToken(user.id, "test", { user_id: user.id });
  return { id: user.id, credentialId, self, ...as(token) };
};

/** A place with a message of the subject, edited, answered, pinned and with a nonce, a draft of it, and one that names it. */
const fill = async (
  room: Pick<Room, "owner" | "subject" | "workspaceId">,
  path: string,
  id: string,
): Promise<Place> => {
  const { owner, subject } = room;
  const mark = `mark${crypto.randomUUID().replaceAll("-", "")}`;
  const posted = await subject.here.ok("POST", `${path}/messages`, {
    body: { body: `first ${mark}`, nonce: mark },
  });
  const messageId: string = posted.message.id;
  await subject.here.ok("PATCH", `/api/messages/${messageId}`, { body: { body: mark } });
  await owner.ok("POST", `/api/messages/${messageId}/thread/replies`, { body: { body: `reply ${mark}` } });
  const { handle } = await subject.here.me();
  await owner.ok("POST", `${path}/messages`, { body: { body: `@${handle} ${mark}` } });
  const { workspaceId: workspace } = room;
  const upload = await uploadFile(subject.here, workspace, { content: mark, filename: `${mark}.txt` });
  const attached = { body: { body: `file ${mark}`, upload_id: upload.id } };
  await subject.here.ok("POST", `${path}/messages`, attached);
  return { path, id, mark, messageId, uploadId: upload.id };
};

const build = async (role: Role, by: By = "token"): Promise<Room> => {
  const { client: owner } = await clientOf(here).signUp("Owner");
  const workspaceId = (await owner.createWorkspace()).id;
  const subject = await subjectOf(role, workspaceId, by);
  const channel = async (kind: "public" | "private") => {
    const { id } = await owner.createChannel(workspaceId, "room", kind);
    await operator.joinChannel(workspaceId, id, subject.id);
    return fill({ owner, subject, workspaceId }, `/api/channels/${id}`, id);
  };
  const [open, inner] = [await channel("public"), await channel(role === "guest" ? "public" : "private")];
  const body = { workspace_id: workspaceId, member_ids: [subject.id] };
  const { id } = (await owner.ok("POST", "/api/dms", { body })).conversation;
  const direct = await fill({ owner, subject, workspaceId }, `/api/dms/${id}`, id);
  for (const { path, mark, messageId } of [open, inner]) {
    await owner.ok("POST", `${path}/pins`, { body: { message_id: messageId } });
    if (role !== "bot") await subject.here.ok("PUT", `${path}/draft`, { body: { body: mark } });
  }
  const { events } = await subject.there.ok(
    "GET",
    `/api/realtime/events?workspace_id=${workspaceId}&limit=1`,
  );
  return { workspaceId, owner, subject, open, inner, direct, cursor: events[0].cursor };
};

type Surface = () => Promise<string>;

const socketFrames = async ({ workspaceId, subject, cursor }: Room): Promise<string> => {
  const { headers } = subject.there;
  const opened = await EventSocket.open(there.webSocketUrl, {
    workspaceId,
    headers,
    afterCursor: cursor,
  }).catch(() => undefined);
  if (!opened) return "";
  await opened.barrier().catch(() => undefined);
  opened.close();
  return JSON.stringify(opened.events);
};

/** Every way by which the subject gets at a place, at the other gateway; each gives what it is shown there. */
const surfacesOf = (
  room: Room,
  { path, id, mark, messageId, uploadId }: Place,
): Readonly<Record<string, Surface>> => {
  const { workspaceId, subject, direct } = room;
  const inWorkspace = `workspace_id=${workspaceId}`;
  const bot = subject.credentialId.length > 0 && subject.there.headers["Authorization"]!.includes("ccb_");
  const get = (where: string) => async () => {
    const { status, body } = await subject.there.request("GET", where);
    return status < 400 ? JSON.stringify(body) : "";
  };
  const scope = id === direct.id ? "direct_conversation_id" : "channel_id";
  const common: Record<string, Surface> = {
    messages: get(`${path}/messages`),
    message: get(`/api/messages/${messageId}`),
    history: get(`/api/messages/${messageId}/history`),
    thread: get(`/api/messages/${messageId}/thread`),
    // Its text is the mark.
    upload: async () => {
      const answer = await download(subject.there, uploadId);
      return answer.ok ? answer.text() : "";
    },
    threads: get(`/api/me/threads?${inWorkspace}`),
    activity: get(`/api/me/activity?${inWorkspace}`),
    route: get(`/api/routes/${workspaceId}/${id}`),
    mentions: get(`/api/me/mentions?${inWorkspace}`),
    "by nonce": get(`/api/messages/by-nonce?${inWorkspace}&nonce=${mark}`),
    "search there": get(`/api/search?${inWorkspace}&q=${mark}&${scope}=${id}`),
    replay: get(`/api/realtime/events?${inWorkspace}&limit=500`),
    "a socket with a cursor": () => socketFrames(room),
  };
  if (id === direct.id)
    return { ...common, conversations: get(`/api/dms?${inWorkspace}`), conversation: get(path) };
  const ofChannel = {
    ...common,
    search: get(`/api/search?${inWorkspace}&q=${mark}`),
    pins: get(`${path}/pins`),
    channels: get(`/api/workspaces/${workspaceId}/channels`),
  };
  return bot ? ofChannel : { ...ofChannel, draft: get(`${path}/draft`) };
};

const shows = (text: string, { id, mark, messageId }: Place): boolean =>
  [id, mark, messageId].some((secret) => text.includes(secret));

/** Everything by which places are got at, by a name that says which. */
const allSurfaces = (room: Room, places: ReadonlyArray<Place>) =>
  places.flatMap((place, i) =>
    Object.entries(surfacesOf(room, place)).map(([name, surface]) => ({
      name: `${name} (${i})`,
      surface,
      place,
    })),
  );

/** Resolves once none of them gives anything any more; throws with the names of those that still do at the deadline. */
const expectCut = async (room: Room, places: ReadonlyArray<Place>, since: number) => {
  const surfaces = allSurfaces(room, places);
  await Promise.all(
    surfaces.map(({ name, surface, place }) =>
      until(async () => !shows(await surface(), place), {
        what: `${name} to be cut`,
        deadlineMs: WITHIN_MS - (performance.now() - since),
      }),
    ),
  );
  for (const { name, surface, place } of surfaces)
    expect([name, shows(await surface(), place)]).toEqual([name, false]);
};

/** Before access ends each of them gives what it is there for: else its end would show nothing. */
const expectOpen = async (room: Room, places: ReadonlyArray<Place>) => {
  for (const { name, surface, place } of allSurfaces(room, places))
    expect([name, shows(await surface(), place)]).toEqual([name, true]);
};

const watch = ({ workspaceId, subject }: Room): Promise<EventSocket> =>
  EventSocket.open(there.webSocketUrl, { workspaceId, headers: subject.there.headers });

const revoke = ({ subject }: Room) => operator.revokeToken(subject.id, subject.credentialId);
const remove = ({ workspaceId, subject }: Room) => operator.removeMember(workspaceId, subject.id);

const deleteSelf = async ({ subject: { self } }: Room) =>
  self.ok("DELETE", "/api/me", { body: { confirm: (await self.me()).handle } });
const deactivateSelf = async ({ subject: { self } }: Room) => operator.deactivate((await self.me()).id);

/** The same person's password is set in another session of its. */
const changePassword = async ({ subject }: Room) => {
  const { token } = await operator.deployment.accounts.openSession(subject.id);
  const body = { new_password: "correct horse battery" };
  await clientOf(here).withToken(token).ok("POST", "/api/auth/password/change", { body });
};
const signOut = ({ subject }: Room) => subject.here.ok("POST", "/api/auth/logout");
const setPassword = ({ subject }: Room) =>
  operator.deployment.passwords.set(subject.id, "correct horse battery", { user_id: subject.id });

type End = (room: Room) => Promise<unknown>;

const memberPath = ({ workspaceId, subject }: Room) => `/api/workspaces/${workspaceId}/members/${subject.id}`;
const moderate = ({ owner, workspaceId, subject }: Room, body: object) =>
  owner.ok("PATCH", `/api/workspaces/${workspaceId}/moderation/members/${subject.id}`, { body });

describe.each<readonly [what: string, role: Role, by: "token" | "session", status: number, end: End]>([
  ["a member is removed from the workspace", "member", "token", 404, remove],
  ["a guest is removed from the workspace", "guest", "token", 404, remove],
  [
    "a member is blocked",
    "member",
    "token",
    403,
    ({ workspaceId, subject }) => operator.blockMember(workspaceId, subject.id),
  ],
  [
    "a member is removed by the owner",
    "member",
    "token",
    404,
    (room) => room.owner.ok("DELETE", memberPath(room)),
  ],
  ["a guest is blocked by the owner", "guest", "token", 403, (room) => moderate(room, { blocked: true })],
  [
    "a moderator leaves the workspace",
    "moderator",
    "token",
    404,
    ({ subject, workspaceId }) => subject.here.ok("POST", `/api/workspaces/${workspaceId}/leave`),
  ],
  [
    "the workspace is deleted",
    "member",
    "token",
    404,
    ({ owner, workspaceId }) => owner.ok("DELETE", `/api/workspaces/${workspaceId}`),
  ],
  ["a token is revoked", "member", "token", 401, revoke],
  ["an account is deactivated", "member", "token", 401, deactivateSelf],
  ["an account is deleted by its person", "member", "token", 401, deleteSelf],
  [
    "a token is taken back by its person",
    "member",
    "token",
    401,
    ({ subject: { self, credentialId } }) => self.ok("DELETE", `/api/me/tokens/${credentialId}`),
  ],
  [
    "a session is ended by its person",
    "member",
    "session",
    401,
    ({ subject: { self, credentialId } }) => self.ok("DELETE", `/api/me/sessions/${credentialId}`),
  ],
  [
    "all other sessions are ended by their person",
    "guest",
    "session",
    401,
    ({ subject: { self } }) => self.ok("DELETE", "/api/me/sessions"),
  ],
  ["the person who answers for a bot is deactivated", "bot", "token", 401, deactivateSelf],
  ["the person who answers for a bot deletes its account", "bot", "token", 401, deleteSelf],
  ["a bot's token is revoked", "bot", "token", 401, revoke],
  ["a bot is removed from the workspace", "bot", "token", 404, remove],
  ["a password is changed in another session", "member", "session", 401, changePassword],
  ["a password is set by an operator", "member", "session", 401, setPassword],
  ["a session is signed out", "member", "session", 401, signOut],
])("when %s", (_, role, by, status, end) => {
  it("every way in at the other gateway is shut within a second, and the socket closed", async () => {
    const room = await build(role, by);
    const { open, inner, direct, owner } = room;
    const places = [open, inner, direct];
    await expectOpen(room, places);
    const socket = await watch(room);
    await socket.barrier();

    await end(room);
    const since = performance.now();
    const closed = until(() => socket.closed, { what: "the socket to be closed", deadlineMs: WITHIN_MS });
    const [code] = await Promise.all([closed, expectCut(room, places, since)]);
    expect(code).toEqual({ code: 1008, reason: "access revoked" });

    const seen = socket.events.length;
    await owner.request("POST", `${open.path}/messages`, { body: { body: "afterwards" } });
    await expect(watch(room)).rejects.toMatchObject({ status });
    expect((await room.subject.there.request("GET", `${inner.path}/messages`)).status).toBe(status);
    expect(socket.events).toHaveLength(seen);
  });
});

const leave: End = ({ subject, inner }) => subject.here.ok("POST", `${inner.path}/leave`);
const takeOut: End = ({ owner, subject, inner }) => owner.ok("DELETE", `${inner.path}/members/${subject.id}`);

describe.each<readonly [what: string, role: Role, end: End]>([
  ["a member is taken out of a private channel", "member", takeOut],
  ["a member leaves a private channel", "member", leave],
  ["a guest is taken out of a public channel", "guest", takeOut],
  ["a guest leaves a public channel", "guest", leave],
  ["a bot is taken out of a private channel", "bot", takeOut],
])("when %s", (_, role, end) => {
  it("every way to it at the other gateway is shut within a second, and the socket shows the rest", async () => {
    const room = await build(role);
    const { open, inner, direct, owner } = room;
    await expectOpen(room, [open, inner, direct]);
    const socket = await watch(room);
    await socket.barrier();
    const seen = socket.events.length;

    await end(room);
    await expectCut(room, [inner], performance.now());

    await owner.post(inner.id, `hidden ${inner.mark}`);
    const { event } = await owner.post(open.id, "shown");
    await socket.barrier();
    expect(socket.closed).toBeUndefined();
    expect(socket.events.slice(seen)).toEqual([event]);
    expect(shows(JSON.stringify(socket.ephemerals), inner)).toBe(false);
    expect((await room.subject.there.request("GET", `${inner.path}/messages`)).status).toBe(404);
    await expectOpen(room, [open, direct]);
    socket.close();
  });
});

it("when a moderator is made a guest, the channels that it did not join are shut within a second, and the rest stays", async () => {
  const room = await build("moderator");
  const { open, inner, direct, owner, subject } = room;
  await subject.here.ok("POST", `${open.path}/leave`);
  await expectOpen(room, [open, inner, direct]);
  const socket = await watch(room);
  await socket.barrier();
  const seen = socket.events.length;

  const { event: told } = await moderate(room, { role: "guest" });
  await expectCut(room, [open], performance.now());

  await owner.post(open.id, `hidden ${open.mark}`);
  const { event } = await owner.post(inner.id, "shown");
  await socket.barrier();
  expect(socket.closed).toBeUndefined();
  expect(socket.events.slice(seen)).toEqual([told, event]);
  await expectOpen(room, [inner, direct]);
  socket.close();
});
