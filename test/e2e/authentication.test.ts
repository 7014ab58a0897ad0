import { mintToken } from "@clickclack/identity/credential/Token";
import { newId } from "@clickclack/protocol/Ids";
import type { User } from "@clickclack/protocol/http/shapes";
import { beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";
import { RawConnection, rawRequest } from "../support/RawConnection.ts";

const clickclack = oneServer();
let ann: { readonly user: User; readonly token: string; readonly client: ApiClient };
let workspaceId = "";

beforeAll(async () => {
  ann = await clickclack.client.signUp("Ann");
  workspaceId = (await ann.client.createWorkspace()).id;
});

const by = (headers: Record<string, string>) => new ApiClient(clickclack.url, headers);

/** What the server says to headers that fetch would not send as they are. */
const raw = async (headers: ReadonlyArray<readonly [string, string]>, method = "GET", path = "/api/me") => {
  const connection = await RawConnection.open(clickclack.url);
  const body = method === "GET" ? {} : { body: Buffer.from(JSON.stringify({ name: "CSRF" })) };
  connection.write(rawRequest(method, path, { headers, ...body }));
  const answer = await connection.answer();
  connection.close();
  return { status: answer?.status, body: JSON.parse(answer?.body ?? "null") };
};

/** How an upgrade ends: the selected subprotocol, or the status and JSON of its refusal. */
const upgrade = (
  headers: Record<string, string>,
  protocols: ReadonlyArray<string> = [],
  query = `workspace_id=${workspaceId}`,
) =>
  new Promise<{ readonly protocol?: string; readonly status?: number | undefined; readonly code?: string }>(
    (resolve, reject) => {
      const url = `${clickclack.server.webSocketUrl}/api/realtime/ws?${query}`;
      const socket = new WebSocket(url, [...protocols], { headers });
      socket.once("open", () => {
        resolve({ protocol: socket.protocol });
        socket.terminate();
      });
      socket.once("error", reject);
      socket.once("unexpected-response", (_request, response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
        response.on("end", () => {
          const { code, request_id: id } = JSON.parse(text);
          resolve({ status: response.statusCode, code: id ? code : "no request id" });
        });
      });
    },
  );

describe("a bearer token", () => {
  it("acts as its account", async () => {
    expect(await by({ Authorization: `Bearer ${ann.token}` }).me()).toEqual(ann.user);
    expect(await by({ Authorization: `bearer  ${ann.token}` }).me()).toEqual(ann.user);
  });

  it.each([
    ["Bearer nonsense"],
    ["Bearer cct_00000000000000000000000000"],
    ["Bearer *"],
    ["Bearer "],
    ["Bearer"],
    ["Basic dXNlcjpwYXNz"],
    [""],
  ])("that is no good is 401 and never the development user: %j", async (authorization) => {
    for (const extra of [
      [],
      [["X-ClickClack-User", ann.user.id]],
      [["Cookie", `cc_session=${ann.token}`]],
    ] as const) {
      const { status, body } = await raw([["Authorization", authorization], ...extra]);
      expect([status, body.code]).toEqual([401, "unauthenticated"]);
    }
  });

  it("is told by its whole secret, of the account that it names", async () => {
    const other = await clickclack.client.signUp("Other");
    const last = ann.token.at(-1) === "0" ? "1" : "0";
    const forged = [
      ann.token.slice(0, -1) + last,
      other.token.slice(0, 30) + ann.token.slice(30),
      mintToken("cct", ann.user.id).token,
      mintToken("cct", newId("usr")).token,
      ann.token.replace("cct_", "mgt_"),
      ann.token.toUpperCase(),
      `${ann.token}0`,
    ];
    for (const token of forged)
      expect((await ann.client.withToken(token).request("GET", "/api/me")).status, token).toBe(401);
  });

  it("counts even from another origin's page: nobody else has it", async () => {
    const headers = { Authorization: `Bearer ${ann.token}`, Origin: "https://elsewhere.example" };
    expect((await by(headers).request("POST", "/api/workspaces", { body: { name: "Acme" } })).status).toBe(
      201,
    );
  });
});

describe("the session cookie", () => {
  const cookie = () => ["Cookie", `theme=dark; cc_session=${ann.token}; x=y`] as const;
  const intent = ["X-ClickClack-CSRF", "1"] as const;

  it("reads without more ado", async () => {
    expect((await raw([cookie()])).body.user).toEqual(ann.user);
  });

  it("does not fall through to the development user when it is no good", async () => {
    for (const value of ["", "x", `${ann.token}x`])
      expect((await raw([["Cookie", `cc_session=${value}`]])).status).toBe(401);
  });

  const own = () => new URL(clickclack.url).host;
  const writes: ReadonlyArray<
    readonly [what: string, headers: () => Array<readonly [string, string]>, status: number]
  > = [
    ["without the header", () => [], 403],
    ["with another value of the header", () => [["X-ClickClack-CSRF", "0"]], 403],
    ["with the header alone", () => [intent], 201],
    [
      "from the same origin",
      () => [intent, ["Origin", `http://${own()}`], ["Sec-Fetch-Site", "same-origin"]],
      201,
    ],
    ["typed into the address bar", () => [intent, ["Sec-Fetch-Site", "none"]], 201],
    ["from another origin", () => [intent, ["Origin", "https://elsewhere.example"]], 403],
    ["from another port", () => [intent, ["Origin", "http://127.0.0.1:1"]], 403],
    ["from an opaque origin", () => [intent, ["Origin", "null"]], 403],
    ["from an origin that is none", () => [intent, ["Origin", ":::"]], 403],
    ["from another site", () => [intent, ["Sec-Fetch-Site", "cross-site"]], 403],
    ["from a sister site", () => [intent, ["Sec-Fetch-Site", "same-site"]], 403],
    [
      "from another site's page of the same name",
      () => [intent, ["Origin", `http://${own()}`], ["Sec-Fetch-Site", "cross-site"]],
      403,
    ],
  ];

  it.each(writes)("writes %s", async (_what, headers, expected) => {
    const { status, body } = await raw([["Host", own()], cookie(), ...headers()], "POST", "/api/workspaces");
    expect([status, body.code]).toEqual([expected, expected === 403 ? "csrf_required" : undefined]);
  });
});

describe("development mode", () => {
  it("acts as the first user, or as the one that the header names", async () => {
    expect((await clickclack.client.me()).handle).toBe("local-captain");
    expect(await clickclack.client.as(ann.user.id).me()).toEqual(ann.user);
  });

  it.each([newId("usr"), "usr_", "*", ">", "usr_*", "", "system", "usr_\u00e9"])(
    "acts as nobody for the header %j",
    async (name) => {
      const { status, body } = await raw([["X-ClickClack-User", name]]);
      expect([status, body.code]).toEqual([401, "unauthenticated"]);
    },
  );

  it.each([
    [["Origin", "https://elsewhere.example"]],
    [["Origin", "null"]],
    [["Sec-Fetch-Site", "cross-site"]],
    [["Sec-Fetch-Site", "same-site"]],
    [["Host", "clickclack.example"]],
    [["Host", "127.0.0.1.elsewhere.example"]],
    [["Host", "localhost.elsewhere.example:8080"]],
    [["X-Forwarded-For", "127.0.0.1"]],
    [["Forwarded", "for=127.0.0.1"]],
  ] as const)("acts as nobody for a request with %j", async (header) => {
    for (const extra of [[], [["X-ClickClack-User", ann.user.id]]] as const)
      expect((await raw([header, ...extra])).status).toBe(401);
    expect((await raw([header], "POST", "/api/workspaces")).status).toBe(401);
  });

  it.each(["localhost", "localhost:1", "127.0.0.1", "127.8.9.1:80", "[::1]", "app.localhost:8080"])(
    "takes %s for a name of this machine",
    async (host) => {
      expect((await raw([["Host", host]])).status).toBe(200);
    },
  );
});

describe("an upgrade to WebSocket", () => {
  it("with a token as subprotocol echoes it", async () => {
    const protocol = `clickclack.bearer.${ann.token}`;
    expect(await upgrade({}, [protocol])).toEqual({ protocol });
    expect(await upgrade({}, ["other", protocol])).toEqual({ protocol });
    expect(await upgrade({ Origin: "https://elsewhere.example" }, [protocol])).toEqual({ protocol });
  });

  it("with a bearer token or a cookie of the same origin is let in", async () => {
    expect(await upgrade({ Authorization: `Bearer ${ann.token}` })).toEqual({ protocol: "" });
    const Cookie = `cc_session=${ann.token}`;
    expect(await upgrade({ Cookie })).toEqual({ protocol: "" });
    expect(await upgrade({ Cookie, Origin: clickclack.url })).toEqual({ protocol: "" });
  });

  it("with a cookie from another origin is refused", async () => {
    const Cookie = `cc_session=${ann.token}`;
    const foreign: ReadonlyArray<Record<string, string>> = [
      { Origin: "https://elsewhere.example" },
      { Origin: "null" },
      { "Sec-Fetch-Site": "cross-site" },
    ];
    for (const headers of foreign)
      expect(await upgrade({ Cookie, ...headers })).toEqual({ status: 403, code: "csrf_required" });
  });

  it("without a session that is good gets a JSON error", async () => {
    const unauthenticated = { status: 401, code: "unauthenticated" };
    expect(await upgrade({ Authorization: "Bearer x" })).toEqual(unauthenticated);
    expect(await upgrade({}, ["clickclack.bearer.x"])).toEqual(unauthenticated);
    expect(await upgrade({ Cookie: "cc_session=x" })).toEqual(unauthenticated);
    expect(await upgrade({ Origin: "https://elsewhere.example" })).toEqual(unauthenticated);
    expect(await upgrade({ Host: "clickclack.example" })).toEqual(unauthenticated);
    expect(await upgrade({ Authorization: "Bearer x" }, [], "")).toEqual(unauthenticated);
    expect(await upgrade({ Authorization: "Bearer x" }, [`clickclack.bearer.${ann.token}`])).toEqual(
      unauthenticated,
    );
  });

  it("without a workspace, or to one that is not there for its user, gets a JSON error", async () => {
    const headers = { Authorization: `Bearer ${ann.token}` };
    const missing = { status: 404, code: "not_found" };
    expect(await upgrade(headers, [], "")).toEqual({ status: 400, code: "invalid_request" });
    expect(await upgrade(headers, [], "workspace_id=a&workspace_id=b")).toEqual({
      status: 400,
      code: "invalid_request",
    });
    const { id } = await clickclack.client.createWorkspace();
    for (const other of [id, newId("wsp"), "*", "%3E", "wsp_*"])
      expect(await upgrade(headers, [], `workspace_id=${other}`)).toEqual(missing);
  });

  it("does not carry a token in its query", async () => {
    const headers = { Host: "clickclack.example" };
    for (const name of ["token", "access_token", "bearer"])
      expect((await upgrade(headers, [], `workspace_id=${workspaceId}&${name}=${ann.token}`)).status).toBe(
        401,
      );
  });
});

it("a request that is no upgrade gets a JSON error on the socket's path", async () => {
  const get = await clickclack.client.request("GET", "/api/realtime/ws?workspace_id=x");
  expect([get.status, get.body.code]).toEqual([400, "invalid_request"]);
  const post = await clickclack.client.request("POST", "/api/realtime/ws");
  expect([post.status, post.headers.get("Allow")]).toEqual([405, "GET"]);
});
