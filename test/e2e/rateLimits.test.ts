import { beforeAll, describe, expect, it } from "vitest";
import type { Answer, ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";
import { RawConnection, rawRequest } from "../support/RawConnection.ts";
import { until } from "../support/until.ts";

/** Long enough that nothing comes back while a test runs. */
const WINDOW = 3_600;
const args = ["--no-dev", "--limit", `read=5/${WINDOW}`, "--limit", `write=3/${WINDOW},search=1/2`];
/** The flags count more. */
const env = { CLICKCLACK_LIMITS: `auth=3/${WINDOW}, connect=2/${WINDOW}, read=1/1, upload=off` };

const clickclack = oneServer({ args: [...args, "--trusted-proxies", "127.0.0.1,10.0.0.0/8"], env });
const untrusting = oneServer({ args, env });

const ACTOR = { user_id: "system" };
let userId = "";
let workspaceId = "";
let channelId = "";

/** A client's address that no other test has, as a proxy tells it. */
let hosts = 0;
const somewhere = () => ({ "X-Forwarded-For": `198.51.100.${++hosts}` });

const newToken = async () =>
  (await clickclack.operator.deployment.accounts.issueToken(userId, "test", ACTOR)).token;
const newClient = async (): Promise<ApiClient> => clickclack.client.withToken(await newToken());

beforeAll(async () => {
  const { accounts } = clickclack.operator.deployment;
  userId = await accounts.create({ kind: "human", displayName: "Ann" }, ACTOR);
  const ann = await newClient();
  workspaceId = (await ann.createWorkspace()).id;
  channelId = (await ann.createChannel(workspaceId)).id;
});

/** Asks so many times, one after another. */
const times = async (count: number, ask: () => Promise<Answer<any>>): Promise<ReadonlyArray<Answer<any>>> => {
  const answers: Array<Answer<any>> = [];
  for (let i = 0; i < count; i++) answers.push(await ask());
  return answers;
};
const statuses = (answers: ReadonlyArray<Answer<any>>) => answers.map(({ status }) => status);
const limitOf = ({ headers }: Answer<any>) => [headers.get("RateLimit-Policy"), headers.get("RateLimit")];
const readMe = (client: ApiClient, headers: Record<string, string>) => () =>
  client.request("GET", "/api/me", { headers });

describe("a credential", () => {
  it("may make just as many requests as its quota has, is told how many are left, and then when to come again", async () => {
    const answers = await times(6, readMe(await newClient(), somewhere()));
    expect(statuses(answers)).toEqual([200, 200, 200, 200, 200, 429]);
    const share = WINDOW / 5;
    expect(answers.map(limitOf)).toEqual(
      [4, 3, 2, 1, 0, 0].map((left) => [
        `"read";q=5;w=${WINDOW}`,
        expect.stringMatching(new RegExp(`^"read";r=${left};t=\\d+$`)),
      ]),
    );
    const { headers, body } = answers[5]!;
    expect(Number(headers.get("Retry-After"))).toBeGreaterThan(share - 60);
    expect(Number(headers.get("Retry-After"))).toBeLessThanOrEqual(share);
    expect(headers.get("RateLimit")).toBe(`"read";r=0;t=${headers.get("Retry-After")}`);
    expect(body).toEqual({
      error: `there were too many requests of this kind; try again in ${headers.get("Retry-After")} seconds`,
      code: "too_many_requests",
      request_id: headers.get("X-Request-ID"),
    });
  });

  it("that uses its quota up takes nothing from another one of the same user, nor from another class", async () => {
    const [one, other, headers] = [await newClient(), await newClient(), somewhere()];
    expect(statuses(await times(6, readMe(one, headers))).at(-1)).toBe(429);
    expect((await readMe(other, headers)()).status).toBe(200);
    const post = { headers, body: { body: "still" } };
    expect((await one.request("POST", `/api/channels/${channelId}/messages`, post)).status).toBe(201);
  });

  it("counts from wherever it is used, by HEAD and GET, as bearer and as cookie", async () => {
    const token = await newToken();
    const ask = async (method: string, headers: Record<string, string>) =>
      (await clickclack.client.request(method, "/api/me", { headers: { ...headers, ...somewhere() } }))
        .status;
    const [bearer, cookie] = [{ Authorization: `Bearer ${token}` }, { Cookie: `cc_session=${token}` }];
    const made = [];
    for (const [method, headers] of [
      ["GET", bearer],
      ["HEAD", bearer],
      ["GET", cookie],
      ["HEAD", cookie],
      ["GET", bearer],
      ["HEAD", cookie],
    ] as const)
      made.push(await ask(method, headers));
    expect(made).toEqual([200, 200, 200, 200, 200, 429]);
  });

  it("is refused before anything comes of its request", async () => {
    const [writer, headers] = [await newClient(), somewhere()];
    const path = `/api/channels/${channelId}/messages`;
    const bodies = Array.from({ length: 5 }, (_, i) => `${crypto.randomUUID()} ${i}`);
    const posted: Array<number> = [];
    for (const body of bodies)
      posted.push((await writer.request("POST", path, { headers, body: { body } })).status);
    expect(posted).toEqual([201, 201, 201, 429, 429]);
    const { messages } = await (await newClient()).ok("GET", path, { headers });
    const kept = messages.map(({ body }: { body: string }) => body);
    expect(bodies.filter((body) => kept.includes(body))).toEqual(bodies.slice(0, 3));
  });

  it("is counted for what is refused for another reason, also for a body that is too large", async () => {
    const [writer, headers] = [await newClient(), somewhere()];
    const path = `/api/channels/${channelId}/messages`;
    const send = (body: unknown) => async () => writer.request("POST", path, { headers, body });
    expect(statuses(await times(3, send({ body: "" })))).toEqual([400, 400, 400]);
    expect(statuses(await times(1, send({ body: "late" })))).toEqual([429]);
    const large = await send("x".repeat(2 ** 20 + 1))();
    expect([large.status, limitOf(large)[0]]).toEqual([413, `"write-address";q=30;w=${WINDOW}`]);
  });

  it("may ask again after as long as it was told, and not before its share has come back", async () => {
    const [reader, headers] = [await newClient(), somewhere()];
    const search = () => reader.request("GET", `/api/search?workspace_id=${workspaceId}&q=x`, { headers });
    const began = performance.now();
    expect(statuses(await times(2, search))).toEqual([200, 429]);
    const refused = await search();
    const told = Number(refused.headers.get("Retry-After"));
    expect([1, 2]).toContain(told);
    const due = performance.now() + told * 1_000;
    await until(() => performance.now() >= due, { what: "the time that was told" });
    expect((await search()).status).toBe(200);
    expect(performance.now() - began).toBeGreaterThanOrEqual(2_000);
  });
});

describe("an address", () => {
  it("may make ten times as many requests, over all of its credentials", async () => {
    const headers = somewhere();
    for (let i = 0; i < 10; i++)
      expect(statuses(await times(5, readMe(await newClient(), headers)))).toEqual(Array(5).fill(200));
    const client = await newClient();
    const refused = await readMe(client, headers)();
    expect([refused.status, limitOf(refused)[0]]).toEqual([429, `"read-address";q=50;w=${WINDOW}`]);
    expect((await readMe(client, somewhere())()).status).toBe(200);
  });

  it("is counted where nobody signs in", async () => {
    const headers = somewhere();
    const consume = (from: Record<string, string>) => () =>
      clickclack.client.request("POST", "/api/auth/magic/consume", {
        headers: from,
        body: { token: "mgt_x" },
      });
    const answers = await times(4, consume(headers));
    expect(statuses(answers)).toEqual([400, 400, 400, 429]);
    expect(answers.map((answer) => limitOf(answer)[0])).toEqual(Array(4).fill(`"auth";q=3;w=${WINDOW}`));
    expect((await consume(somewhere())()).status).toBe(400);
  });

  it("is counted where somebody should have signed in", async () => {
    const headers = somewhere();
    const stranger = clickclack.client.withToken("cct_nobody");
    expect(statuses(await times(6, readMe(stranger, headers)))).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await readMe(await newClient(), headers)()).status).toBe(200);
  });

  it("is what a trusted proxy says, and not what a client told the proxy", async () => {
    const [stranger, { "X-Forwarded-For": mine }] = [clickclack.client, somewhere()];
    const asked = [];
    for (let i = 0; i < 6; i++)
      asked.push(
        (await readMe(stranger, { "X-Forwarded-For": `192.0.2.${i}, ${mine}, 10.0.0.${i}` })()).status,
      );
    expect(asked).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await readMe(stranger, { "X-Forwarded-For": `${mine}, 192.0.2.99` })()).status).toBe(401);
  });

  it("is the peer's own, whatever it says, where no proxy is trusted", async () => {
    const asked = [];
    for (let i = 0; i < 6; i++)
      asked.push(
        (
          await readMe(untrusting.client, {
            "X-Forwarded-For": `192.0.2.${i}`,
            Forwarded: `for=192.0.2.${i}`,
          })()
        ).status,
      );
    expect(asked).toEqual([401, 401, 401, 401, 401, 429]);
  });
});

describe("an upgrade to WebSocket", () => {
  const upgrade = async (token: string, headers: Record<string, string>) => {
    const connection = await RawConnection.open(clickclack.url);
    connection.write(
      rawRequest("GET", `/api/realtime/ws?workspace_id=${workspaceId}`, {
        headers: Object.entries({
          ...headers,
          Authorization: `Bearer ${token}`,
          Connection: "Upgrade",
          Upgrade: "websocket",
          "Sec-WebSocket-Version": "13",
          "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        }),
      }),
    );
    const answer = await connection.answer();
    connection.close();
    return answer!;
  };

  it("is refused with JSON when there were too many, and says when to come again", async () => {
    const [token, headers] = [await newToken(), somewhere()];
    const made = [];
    for (let i = 0; i < 3; i++) made.push(await upgrade(token, headers));
    expect(made.map(({ status }) => status)).toEqual([101, 101, 429]);
    const refused = made[2]!;
    expect(JSON.parse(refused.body)).toMatchObject({ code: "too_many_requests" });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(WINDOW / 2 - 60);
    expect(refused.headers.get("ratelimit-policy")).toBe(`"connect";q=2;w=${WINDOW}`);
    expect(refused.headers.get("ratelimit")).toMatch(/^"connect";r=0;t=\d+$/);
    expect((await upgrade(await newToken(), headers)).status).toBe(101);
  });
});

describe("no limit", () => {
  it("is on health, which is told nothing of limits", async () => {
    for (const path of ["/healthz", "/readyz"]) {
      const answers = await times(20, () => clickclack.client.request("GET", path));
      expect(new Set(statuses(answers))).toEqual(new Set([200]));
      expect(limitOf(answers[0]!)).toEqual([null, null]);
    }
  });

  it("is on a class that is off", async () => {
    const client = await newClient();
    const answers = await times(20, () =>
      client.request("POST", "/api/uploads", {
        headers: { ...somewhere(), "Content-Type": "multipart/form-data; boundary=x" },
        body: "no form",
      }),
    );
    expect(new Set(statuses(answers))).toEqual(new Set([400]));
    expect(limitOf(answers[0]!)).toEqual([null, null]);
  });
});

describe("a session's cookie is for TLS alone", () => {
  const cookieAfter = async (at: typeof clickclack, headers: Record<string, string>) => {
    const { accounts } = at.operator.deployment;
    const id = await accounts.create({ kind: "human", displayName: "Bob" }, ACTOR);
    const { token } = await accounts.issueMagicLink(id, ACTOR);
    const answer = await at.client.request("POST", "/api/auth/magic/consume", { headers, body: { token } });
    expect(answer.status).toBe(200);
    return answer.headers.get("Set-Cookie");
  };

  it("where a trusted proxy says that its client came by it", async () => {
    const from = somewhere();
    expect(await cookieAfter(clickclack, { ...from, "X-Forwarded-Proto": "https" })).toMatch(/; Secure$/);
    expect(await cookieAfter(clickclack, { ...from, Forwarded: "proto=https" })).toMatch(/; Secure$/);
    expect(await cookieAfter(clickclack, from)).not.toContain("Secure");
  });

  it("and not where anybody else says so", async () => {
    for (const headers of [{ "X-Forwarded-Proto": "https" }, { Forwarded: "proto=https" }])
      expect(await cookieAfter(untrusting, headers)).not.toContain("Secure");
  });
});
