import { beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { type DescribedOperation, OpenApi } from "../support/OpenApi.ts";
import { oneServer } from "../support/oneServer.ts";
import { RawConnection, rawRequest } from "../support/RawConnection.ts";
import { download, uploadFile } from "../support/uploadFile.ts";

const clickclack = oneServer();
const openApi = new OpenApi();
const { operations } = openApi;

let ann: ApiClient;
let workspaceId = "";

beforeAll(async () => {
  ({ client: ann } = await clickclack.client.signUp("Ann"));
  workspaceId = (await ann.createWorkspace()).id;
});

/** Asks for nothing in particular; what an operation says to that is an answer like others. */
const ask = (
  { method, path }: DescribedOperation,
  headers: Readonly<Record<string, string>>,
): Promise<Response> =>
  fetch(`${ann.url}${path.replaceAll(/\{\w+\}/g, "x")}`, {
    method,
    headers: { "Content-Type": "application/json", ...headers },
    redirect: "manual",
    ...(method !== "GET" && { body: "{}" }),
  });

describe("every operation answers with the headers that all answers have:", () => {
  it.each(operations)("$operationId ($method $path)", async (operation) => {
    const [good, bad] = [`trace:${operation.operationId}`, "no good!"];
    // Some of them end the session, or the account.
    const { client } = await clickclack.client.signUp("Passing");
    const signedIn = await ask(operation, { ...client.headers, "X-Correlation-ID": good });
    const stranger = await ask(operation, { Authorization: "Bearer cct_nobody", "X-Correlation-ID": bad });
    for (const { status, headers } of [signedIn, stranger])
      expect(openApi.headerProblems(operation, headers), `answered ${status}`).toEqual([]);
    expect(signedIn.headers.get("X-Correlation-ID")).toBe(good);
    expect(stranger.headers.get("X-Correlation-ID")).toBe(stranger.headers.get("X-Request-ID"));
    if (operation.security.length > 0) expect(stranger.status).toBe(401);
  });
});

describe("they come with", () => {
  const named = (id: string) => operations.find(({ operationId }) => operationId === id)!;
  const getUpload = named("getUpload");

  it.each([
    ["the bytes of a file", {}, 200],
    ["a part of them", { Range: "bytes=1-3" }, 206],
    ["a part that there is not", { Range: "bytes=99-" }, 416],
  ] as const)("%s", async (_what, headers, expected) => {
    const { id } = await uploadFile(ann, workspaceId, { content: "private" });
    const answer = await download(ann, id, headers);
    await answer.arrayBuffer();
    expect(answer.status).toBe(expected);
    expect(openApi.headerProblems(getUpload, answer.headers)).toEqual([]);
  });

  it("a file that has not changed, and with HEAD", async () => {
    const { id } = await uploadFile(ann, workspaceId, { content: "private" });
    const ETag = (await download(ann, id)).headers.get("ETag")!;
    const unchanged = await download(ann, id, { "If-None-Match": ETag });
    const head = await fetch(`${ann.url}/api/uploads/${id}`, { method: "HEAD", headers: ann.headers });
    expect([unchanged.status, head.status]).toEqual([304, 200]);
    for (const { headers } of [unchanged, head])
      expect(openApi.headerProblems(getUpload, headers)).toEqual([]);
  });

  it("a file that was taken", async () => {
    const form = new FormData();
    form.set("workspace_id", workspaceId);
    form.set("file", new File(["x"], "x.txt"));
    const answer = await fetch(`${ann.url}/api/uploads`, {
      method: "POST",
      headers: ann.headers,
      body: form,
    });
    expect(answer.status).toBe(201);
    expect(openApi.headerProblems(named("createUpload"), answer.headers)).toEqual([]);
  });

  it.each([
    ["400", { Authorization: "own" }, "", 400],
    ["401", { Authorization: "Bearer x" }, "workspace_id=x", 401],
    ["404", { Authorization: "own" }, "workspace_id=x", 404],
  ] as const)("an upgrade that is refused with %s", async (_what, { Authorization }, query, expected) => {
    const connection = await RawConnection.open(ann.url);
    const headers = {
      Authorization: Authorization === "own" ? ann.headers["Authorization"]! : Authorization,
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      "X-Correlation-ID": "upgrade-1",
    };
    connection.write(rawRequest("GET", `/api/realtime/ws?${query}`, { headers: Object.entries(headers) }));
    const answer = await connection.answer();
    connection.close();
    expect(answer?.status).toBe(expected);
    const answered = new Headers([...answer!.headers]);
    expect(openApi.headerProblems(named("listEvents"), answered)).toEqual([]);
    expect(answered.get("X-Correlation-ID")).toBe("upgrade-1");
    expect(answered.get("RateLimit-Policy")).toMatch(/^"connect";/);
  });
});
