import { beforeAll, describe, expect, it } from "vitest";
import { oneServer } from "../support/oneServer.ts";
import { type RawAnswer, RawConnection, rawRequest } from "../support/RawConnection.ts";

const clickclack = oneServer();
let channelId = "";
let messageId = "";

beforeAll(async () => {
  const { client } = clickclack;
  channelId = (await client.createChannel((await client.createWorkspace()).id)).id;
  messageId = (await client.post(channelId, "here")).message.id;
});

/** Answers to requests that are sent one after another on one connection. */
const raw = async (
  ...requests: ReadonlyArray<Parameters<typeof rawRequest>>
): Promise<ReadonlyArray<RawAnswer | undefined>> => {
  const connection = await RawConnection.open(clickclack.url);
  const answers: Array<RawAnswer | undefined> = [];
  for (const request of requests) {
    connection.write(rawRequest(...request));
    answers.push(await connection.answer({ withoutBody: request[0] === "HEAD" }));
  }
  connection.close();
  return answers;
};

describe("a known path with a wrong method is 405 and says what it takes", () => {
  const wrong: ReadonlyArray<readonly [method: string, path: () => string, allow: string]> = [
    ["DELETE", () => "/api/me", "GET, HEAD, OPTIONS"],
    ["PUT", () => "/api/workspaces", "GET, HEAD, OPTIONS, POST"],
    ["PUT", () => `/api/channels/${channelId}`, "OPTIONS, PATCH"],
    ["GET", () => `/api/channels/${channelId}`, "OPTIONS, PATCH"],
    ["DELETE", () => `/api/channels/${channelId}/messages`, "GET, HEAD, OPTIONS, POST"],
    ["POST", () => `/api/messages/${messageId}`, "DELETE, GET, HEAD, OPTIONS, PATCH"],
    ["PATCH", () => "/healthz", "GET, HEAD, OPTIONS"],
    ["GET", () => "/api/auth/magic/consume", "OPTIONS, POST"],
    ["TRACE", () => "/api/me", "GET, HEAD, OPTIONS"],
    ["BREW", () => "/api/me", "GET, HEAD, OPTIONS"],
  ];

  it.each(wrong)("%s", async (method, path, allow) => {
    const [answer] = await raw([method, path()]);
    expect([answer?.status, answer?.headers.get("allow")]).toEqual([405, allow]);
    expect(JSON.parse(answer!.body)).toMatchObject({
      code: "method_not_allowed",
      request_id: expect.any(String),
    });
  });
});

it.each([
  "/nothing",
  "/api",
  "/api/",
  "/api/nothing",
  "/api/me/",
  "//api/me",
  "/API/me",
  "/api/workspaces/a/b/c",
  "/metrics",
])("the unknown path %s is 404 with a JSON error", async (path) => {
  for (const method of ["GET", "POST", "DELETE"]) {
    const [answer] = await raw([method, path]);
    expect(answer?.status).toBe(404);
    expect(JSON.parse(answer!.body)).toMatchObject({ error: "route not found", code: "route_not_found" });
  }
});

it("HEAD is GET without the body, and the connection goes on", async () => {
  const [get, head, missing, again] = await raw(
    ["GET", "/api/me"],
    ["HEAD", "/api/me"],
    ["HEAD", "/api/nothing"],
    ["GET", "/api/me"],
  );
  expect([get?.status, head?.status, missing?.status, again?.status]).toEqual([200, 200, 404, 200]);
  for (const name of ["content-length", "content-type"])
    expect(head?.headers.get(name)).toBe(get?.headers.get(name));
  expect(again?.body).toBe(get?.body);
});

it("OPTIONS tells the methods, and no other origin is let in by it", async () => {
  const headers = [
    ["Origin", "https://elsewhere.example"],
    ["Access-Control-Request-Method", "POST"],
  ] as const;
  const [answer, again] = await raw(["OPTIONS", "/api/workspaces", { headers }], ["GET", "/api/me"]);
  expect([answer?.status, answer?.headers.get("allow")]).toEqual([204, "GET, HEAD, OPTIONS, POST"]);
  expect([...answer!.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  expect(again?.status).toBe(200);
});

it("health is told without a session", async () => {
  const { client } = clickclack;
  const host = { headers: [["Host", "clickclack.example"]] as const };
  const [health, ready] = await raw(["GET", "/healthz", host], ["GET", "/readyz", host]);
  expect([health?.body, ready?.body]).toEqual(['{"status":"ok"}', '{"status":"ready"}']);
  expect((await client.request("GET", "/healthz")).status).toBe(200);
});

describe("a correlation id", () => {
  const send = (id: string, method = "GET", path = "/api/me") =>
    raw([method, path, { headers: [["X-Correlation-ID", id]] }]);

  it.each(["a", "Trace_1:2.3-4", "x".repeat(128)])("of the right form is kept: %s", async (id) => {
    for (const [answer] of [await send(id), await send(id, "GET", "/nowhere"), await send(id, "PUT")])
      expect(answer?.headers.get("x-correlation-id")).toBe(id);
  });

  it.each(["", "x".repeat(129), "a b", "ä", "a,b", "a\tb", "<script>"])(
    "of another form is replaced: %j",
    async (id) => {
      const [answer] = await send(id);
      expect(answer?.headers.get("x-correlation-id")).toMatch(/^req_[0-9a-z]{26}$/);
    },
  );

  it("reaches the events of messages and replies, the replaced one too", async () => {
    const path = `/api/channels/${channelId}/messages`;
    for (const [sent, kept] of [
      ["trace-7", "trace-7"],
      ["no good!", undefined],
    ] as const) {
      const headers = { "X-Correlation-ID": sent };
      const message = await clickclack.client.request("POST", path, { headers, body: { body: "x" } });
      const reply = await clickclack.client.request("POST", `/api/messages/${messageId}/thread/replies`, {
        headers,
        body: { body: "x" },
      });
      for (const { headers: answered, body } of [message, reply]) {
        const id = answered.get("X-Correlation-ID");
        if (kept !== undefined) expect(id).toBe(kept);
        expect((body.event ?? body.events[0]).payload.correlation_id).toBe(id);
      }
    }
  });
});

it("every answer may not be kept by caches, nor be taken for something else than it is", async () => {
  for (const path of ["/api/me", "/api/nothing", "/api/messages/x"]) {
    const { headers } = await clickclack.client.request("GET", path);
    expect(headers.get("Cache-Control")).toBe("no-store");
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(headers.get("Content-Type")).toBe("application/json; charset=utf-8");
    expect(headers.get("X-Request-ID")).toMatch(/^req_/);
  }
});

it("requests that are pipelined are never answered with another's answer", async () => {
  const connection = await RawConnection.open(clickclack.url);
  const paths = ["/api/me", "/api/nothing", "/healthz", `/api/messages/${messageId}`, "/api/me"];
  connection.write(...paths.map((path) => rawRequest("GET", path)));
  // The connection may be closed instead: no client of ours sends its next request before it has the answer.
  const statuses: Array<number> = [];
  for (let answer = await connection.answer(); answer; answer = await connection.answer()) {
    statuses.push(answer.status);
    if (statuses.length === paths.length) break;
  }
  connection.close();
  expect([200, 404, 200, 200, 200].slice(0, statuses.length)).toEqual(statuses);
});
