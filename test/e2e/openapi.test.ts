import { Secret, TOTP } from "otpauth";
import { beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { type DescribedOperation, type DescribedRequest, OpenApi } from "../support/OpenApi.ts";
import { oneServer } from "../support/oneServer.ts";
import { uploadFile } from "../support/uploadFile.ts";
import { EXERCISES, FINAL, PREPARED, type Scene } from "./exercises.ts";

const clickclack = oneServer({ env: { GITHUB_CLIENT_ID: "x", GITHUB_CLIENT_SECRET: "x" } });
const openApi = new OpenApi();
const { operations } = openApi;
const named = (id: string): DescribedOperation => operations.find(({ operationId }) => operationId === id)!;

let ann: ApiClient;
/** Whoever makes the requests of the operation that is tried. */
let caller: ApiClient;
let workspaceId = "";
let userId = "";
let ownId = "";

beforeAll(async () => {
  const { client, operator } = clickclack;
  const signedUp = await client.signUp("Ann");
  ann = signedUp.client;
  ownId = signedUp.user.id;
  workspaceId = (await ann.createWorkspace("Described")).id;
  userId = (await client.signUp("Bob")).user.id;
  await operator.addMember(workspaceId, userId);
});

/** These need a file; as many as there are operations are more than one person may keep. */
const WITH_UPLOAD = new Set(["getUpload", "deleteUpload", "attachUpload"]);

const newMember = async (): Promise<string> => {
  const { id } = (await clickclack.client.signUp("Cleo")).user;
  await clickclack.operator.addMember(workspaceId, id);
  return id;
};

/** A workspace of Ann's to delete, or of somebody else's to leave. */
const doomedWorkspace = async (id: string): Promise<string> => {
  if (id === "deleteWorkspace") return (await ann.createWorkspace("Doomed")).id;
  if (id !== "leaveWorkspace") return "";
  const { client } = await clickclack.client.signUp("Dora");
  const workspace = await client.createWorkspace("Left");
  await clickclack.operator.addMember(workspace.id, ownId);
  return workspace.id;
};

/** These change how their caller signs in, or whether it does: each has one of its own. */
const OF_THEIR_OWN = new Set([
  "logout",
  "changePassword",
  "enrolTotp",
  "confirmTotp",
  "removeTotp",
  "deleteMe",
  "revokeOtherSessions",
  "revokeMySession",
  "revokeMyToken",
]);
const PASSWORD = "correct horse battery";

/** Who makes the request, and what it signs in with. */
const prepareSignIn = async (id: string): Promise<Pick<Scene, "handle" | "password" | "totpCode">> => {
  ({ client: caller } = OF_THEIR_OWN.has(id) ? await clickclack.client.signUp("Own") : { client: ann });
  const { client } = await clickclack.client.signUp("Password");
  const { handle } = await client.me();
  if (id === "loginWithPassword")
    await client.ok("POST", "/api/auth/password/change", { body: { new_password: PASSWORD } });
  const withTotp = id === "confirmTotp" || id === "removeTotp";
  const { secret = "" } = withTotp ? await caller.ok("POST", "/api/me/totp", { body: {} }) : {};
  const totpCode = withTotp ? new TOTP({ secret: Secret.fromBase32(secret) }).generate() : "";
  return { handle, password: PASSWORD, totpCode };
};

const prepare = async (id: string): Promise<Scene> => {
  const name = `x${crypto.randomUUID()}`;
  const channel = await ann.createChannel(workspaceId);
  const { message } = await ann.post(channel.id, "first", { nonce: `${name}-known` });
  const body = { workspace_id: workspaceId, member_ids: [userId] };
  const { conversation } = await ann.ok("POST", "/api/dms", { body });
  await ann.ok("POST", `/api/dms/${conversation.id}/messages`, { body: { body: "psst" } });
  const link = await ann.ok("POST", "/api/auth/magic/request", { body: { email: `${name}@example.com` } });
  const signIn = await prepareSignIn(id);
  const me = await caller.me();
  const { accounts } = clickclack.operator.deployment;
  // One more for each operation would be too many sessions for one person.
  const own = OF_THEIR_OWN.has(id);
  const { invite } = await ann.ok("POST", `/api/workspaces/${workspaceId}/invites`, { body: {} });
  return {
    own_handle: me.handle,
    session_id: own ? (await accounts.openSession(me.id)).credentialId : "",
    token_id: own ? (await accounts.issueToken(me.id, "described", { user_id: me.id })).credentialId : "",
    invite,
    workspace_id: workspaceId,
    channel_id: channel.id,
    message_id: message.id,
    direct_conversation_id: conversation.id,
    user_id: id === "removeMember" ? await newMember() : userId,
    name,
    linkToken: link.token,
    own_id: ownId,
    doomed_workspace_id: await doomedWorkspace(id),
    ...signIn,
    upload_id: WITH_UPLOAD.has(id) ? (await uploadFile(ann, workspaceId, { content: "described" })).id : "",
  };
};

/** Sends a request just as it is described, and returns the status of an answer that is as described. */
const send = async (
  operation: DescribedOperation,
  request: DescribedRequest,
  headers: Readonly<Record<string, string>> = caller.headers,
): Promise<number> => {
  const { body } = request;
  const form = body instanceof FormData;
  const answer = await fetch(`${ann.url}${openApi.addressOf(operation, request)}`, {
    method: operation.method,
    redirect: "manual",
    headers: {
      ...headers,
      ...openApi.headersOf(operation, request),
      ...(body && !form && { "Content-Type": "application/json" }),
    },
    ...(body && { body: form ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const type = answer.headers.get("Content-Type") ?? "";
  const problems = [
    ...openApi.answerProblems(operation, answer.status, type, text),
    ...openApi.headerProblems(operation, answer.headers),
  ];
  expect(problems, `${operation.operationId} answered ${answer.status} ${text}`).toEqual([]);
  return answer.status;
};

it("every exercise is one of an operation that is described", () => {
  const described = operations.map(({ operationId }) => operationId);
  const ids = [...Object.keys(EXERCISES), ...Object.keys(PREPARED)];
  expect(ids.filter((id) => !described.includes(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});

describe("valid requests are answered as it is described, in each way that they succeed:", () => {
  const lasting = operations.filter(({ operationId }) => !FINAL.has(operationId));

  it.each(lasting)("$operationId ($method $path)", async (operation) => {
    const { operationId: id, responses } = operation;
    const scene = await prepare(id);
    const [first, exercise = EXERCISES[id]] = PREPARED[id] ?? [];
    expect(exercise, `test/e2e/exercises.ts has nothing for ${id}`).toBeDefined();
    if (first !== undefined)
      for (const request of EXERCISES[first]!(scene)) await send(named(first), request);
    const statuses = new Set<string>();
    for (const request of exercise!(scene)) {
      expect(openApi.requestProblems(operation, request)).toEqual([]);
      statuses.add(String(await send(operation, request)));
    }
    expect([...statuses].toSorted()).toEqual(
      Object.keys(responses).filter((status) => status < "300" || status === "302"),
    );
  });
});

describe("who is not signed in is refused as it is described:", () => {
  it.each(operations.filter(({ security }) => security.length > 0))("$operationId", async (operation) => {
    const ofPath = operation.parameters.filter(({ in: place }) => place === "path");
    const parameters = Object.fromEntries(ofPath.map(({ name }) => [name, "x"]));
    expect(await send(operation, { parameters }, { Authorization: "Bearer nobody" })).toBe(401);
  });
});

const wantedOf = ({ requestBody }: DescribedOperation): ReadonlyArray<string> =>
  requestBody?.content?.["application/json"]?.schema.required ?? [];

describe("a body without what it must have is refused as it is described:", () => {
  it.each(operations.filter((operation) => wantedOf(operation).length > 0))(
    "$operationId",
    async (operation) => {
      const [request] = EXERCISES[operation.operationId]!(await prepare(operation.operationId));
      for (const name of wantedOf(operation)) {
        const { [name]: _, ...body } = request!.body as Readonly<Record<string, unknown>>;
        expect(openApi.requestProblems(operation, { ...request, body })).toEqual([
          `body.${name}: is missing`,
        ]);
        expect([name, await send(operation, { ...request, body })]).toEqual([name, 400]);
      }
    },
  );
});
