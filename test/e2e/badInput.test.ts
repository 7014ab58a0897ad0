import type { Channel } from "@clickclack/protocol/http/shapes";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { oneServer } from "../support/oneServer.ts";
import { RawConnection, rawRequest } from "../support/RawConnection.ts";

const clickclack = oneServer();
let channel: Channel;

beforeAll(async () => {
  channel = await clickclack.client.createChannel((await clickclack.client.createWorkspace()).id);
});

afterEach(async () => {
  expect((await clickclack.client.request("GET", "/api/me")).status).toBe(200);
});

const messages = () => `/api/channels/${channel.id}/messages`;
const post = (body: unknown) => clickclack.client.request("POST", messages(), { body });
const bytes = (...parts: ReadonlyArray<string | ReadonlyArray<number>>) =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part))));

const raw = async (...request: Parameters<typeof rawRequest>) => {
  const connection = await RawConnection.open(clickclack.url);
  connection.write(rawRequest(...request));
  const answer = await connection.answer();
  connection.close();
  return { status: answer?.status, ...JSON.parse(answer?.body || "null") };
};

describe("a body that is not JSON", () => {
  it.each([
    [""],
    ["{"],
    ['{"body":"x"'],
    ['{"body":"x"}{"body":"y"}'],
    ['{"body":"x"},'],
    ["{'body':'x'}"],
    ["body=x"],
    ["<xml/>"],
    ['{"body":"a\nb"}'],
    ["[".repeat(100_000)],
    [`${'{"body":'.repeat(50_000)}1${"}".repeat(50_000)}`],
    [`${"[".repeat(200_000)}${"]".repeat(200_000)}`],
  ])("is 400 malformed_json: %.20j", async (text) => {
    const { status, body } = await post(text);
    expect([status, body.code]).toEqual([400, "malformed_json"]);
  });
});

describe("a body of the wrong shape", () => {
  it.each([
    ["null"],
    ["[]"],
    ["5"],
    ['"body"'],
    ["{}"],
    ['{"body":null}'],
    ['{"body":5}'],
    ['{"body":["x"]}'],
    ['{"body":{"x":1}}'],
    ['{"body":"x","nonce":5}'],
    ['{"body":"x","nonce":""}'],
    ['{"body":"x","kind":null}'],
    [JSON.stringify({ body: "x", nonce: "n".repeat(256) })],
    ['{"body":""}'],
    ['{"body":" \\n\\t\\u00a0\\u3000\\ufeff "}'],
  ])("is 400 and says where: %.40j", async (text) => {
    const { status, body } = await post(text);
    expect([status, body.code]).toEqual([400, "invalid_request"]);
    expect(body.issues.length).toBeGreaterThan(0);
  });

  it("is told with all that is wrong", async () => {
    const { body } = await post({ body: 5, nonce: 6, kind: 7 });
    expect(body.issues.map(({ path }: { path: string }) => path).toSorted()).toEqual([
      "body",
      "kind",
      "nonce",
    ]);
  });

  it("but with unknown fields besides is taken", async () => {
    const { status, body } = await post(
      '{"body":"x","zzz":1,"__proto__":{"kind":"y"},"constructor":{"body":1}}',
    );
    expect(status).toBe(201);
    expect(body.message).not.toHaveProperty("kind");
    expect(body.message).not.toHaveProperty("zzz");
  });

  it("is ignored where none is expected", async () => {
    const { message } = await clickclack.client.post(channel.id, "x");
    for (const body of ["{", "\0", "x".repeat(1000)])
      expect(
        (await clickclack.client.request("POST", `/api/messages/${message.id}/route`, { body })).status,
      ).toBe(200);
  });
});

describe("the length of a message", () => {
  it.each([
    ["a", 40_000],
    ["ä", 40_000],
    ["😀", 40_000],
  ])("is at most 40,000 characters, such as %s", async (character, most) => {
    const longest = character.repeat(most);
    const { status, body } = await post({ body: longest });
    expect(status).toBe(201);
    expect(body.message.body).toBe(longest);
    expect((await clickclack.client.ok("GET", `/api/messages/${body.message.id}`)).message.body).toBe(
      longest,
    );
    const longer = await post({ body: `${longest}${character}` });
    expect([longer.status, longer.body.code]).toEqual([400, "invalid_request"]);
  });

  it("is counted without the space around it", async () => {
    expect((await post({ body: `${" ".repeat(5_000)}${"a".repeat(40_000)}\n\n` })).status).toBe(201);
  });

  it("bounds edits and replies too", async () => {
    const { message } = await clickclack.client.post(channel.id, "x");
    const body = { body: "a".repeat(40_001) };
    const path = `/api/messages/${message.id}`;
    expect((await clickclack.client.request("PATCH", path, { body })).status).toBe(400);
    expect((await clickclack.client.request("POST", `${path}/thread/replies`, { body })).status).toBe(400);
  });
});

describe("a body of more than 1 MiB", () => {
  const MIB = 1024 * 1024;
  const padded = (size: number) => {
    const text = JSON.stringify({ body: "x", pad: "" });
    return Buffer.from(text.replace('""', `"${"p".repeat(size - text.length)}"`));
  };

  it("is 413, and the connection's next request works", async () => {
    const connection = await RawConnection.open(clickclack.url);
    const send = async (body: Buffer) => {
      connection.write(rawRequest("POST", messages(), { body }));
      return connection.answer();
    };
    expect((await send(padded(MIB)))?.status).toBe(201);
    const tooLarge = await send(padded(MIB + 1));
    expect(tooLarge?.status).toBe(413);
    expect(JSON.parse(tooLarge!.body)).toMatchObject({ code: "payload_too_large" });
    connection.write(rawRequest("GET", "/api/me"));
    expect((await connection.answer())?.status).toBe(200);
    connection.close();
  });

  it("in chunks is 413 as well", async () => {
    const connection = await RawConnection.open(clickclack.url);
    const headers = [["Transfer-Encoding", "chunked"]] as const;
    connection.write(rawRequest("POST", messages(), { headers }));
    const chunk = Buffer.alloc(64 * 1024, "x");
    for (let i = 0; i < 17; i++) connection.write(`${chunk.length.toString(16)}\r\n`, chunk, "\r\n");
    connection.write("0\r\n\r\n");
    expect((await connection.answer())?.status).toBe(413);
    connection.close();
  });

  it("that does not end is answered and cut off", async () => {
    const connection = await RawConnection.open(clickclack.url);
    connection.write(rawRequest("POST", messages(), { headers: [["Content-Length", "1000000000"]] }));
    connection.write(Buffer.alloc(9 * MIB, "x"));
    expect((await connection.answer())?.status).toBe(413);
    await connection.untilClosed();
  });

  it("that the client gives up on leaves the server well", async () => {
    for (let i = 0; i < 20; i++) {
      const connection = await RawConnection.open(clickclack.url);
      connection.write(
        rawRequest("POST", messages(), { headers: [["Content-Length", "5000"]] }),
        '{"body":"x',
      );
      connection.close();
    }
  });
});

describe("text that could not be stored", () => {
  it.each([
    ["NUL", bytes('{"body":"a\\u0000b"}')],
    ["NUL in a field's name", bytes('{"body":"x","a\\u0000b":1}')],
    ["NUL deep inside", bytes('{"body":"x","more":[{"a":["\\u0000"]}]}')],
    ["a high surrogate alone", bytes('{"body":"a\\ud83d"}')],
    ["a low surrogate alone", bytes('{"body":"\\ude00b"}')],
    ["surrogates the wrong way round", bytes('{"body":"\\ude00\\ud83d"}')],
    ["a surrogate as UTF-8", bytes('{"body":"', [0xed, 0xa0, 0xbd], '"}')],
    ["a broken sequence", bytes('{"body":"', [0xc3, 0x28], '"}')],
    ["an overlong sequence", bytes('{"body":"', [0xc0, 0x80], '"}')],
    ["a sequence that is cut off", bytes('{"body":"', [0xf0, 0x9f, 0x98], '"}')],
    ["Latin-1", bytes('{"body":"caf', [0xe9], '"}')],
  ])("is refused in a body: %s", async (_what, body) => {
    const answer = await raw("POST", messages(), { body });
    expect([answer.status, answer.code]).toEqual([400, "invalid_text"]);
    expect(answer.request_id).toMatch(/^req_/);
  });

  it("is refused raw in JSON text, where a control character may not stand", async () => {
    const answer = await raw("POST", messages(), { body: bytes('{"body":"a', [0], 'b"}') });
    expect([answer.status, answer.code]).toEqual([400, "malformed_json"]);
  });

  it("is taken as UTF-16, if that is what it is: no", async () => {
    const body = Buffer.from('{"body":"x"}', "utf16le");
    expect((await raw("POST", messages(), { body })).status).toBe(400);
  });

  it.each(["%00", "%ff", "%ed%a0%80", "%c0%80", "%", "%4", "%zz", "a%00b"])(
    "is refused in paths and queries: %s",
    async (text) => {
      const answers = [
        await raw("GET", `/api/channels/${text}/messages`),
        await raw("GET", `/api/messages/${text}`),
        await raw("DELETE", `/api/messages/${channel.id}/reactions/${text}`),
        await raw("GET", `/api/realtime/events?workspace_id=${text}`),
        await raw("GET", `/api/realtime/events?workspace_id=x&${text}=1`),
        await raw("GET", `${messages()}?topic_id=${text}`),
      ];
      for (const answer of answers) expect([answer.status, answer.code]).toEqual([400, "invalid_text"]);
    },
  );

  it("is refused as raw bytes in the address", async () => {
    for (const part of [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0x80]]) {
      const path = bytes("/api/messages/", part);
      const answer = await raw("GET", path);
      expect([400, 404]).toContain(answer.status);
      expect(answer.request_id).toMatch(/^req_/);
    }
  });
});

describe("a query", () => {
  it.each([
    "workspace_id=a&workspace_id=b",
    "workspace_id=a&workspace%5Fid=a",
    "workspace_id=a&limit=1&limit=1",
    "workspace_id=a&x=1&x=2",
  ])("with a field that comes twice is 400: %s", async (query) => {
    const { status, body } = await clickclack.client.request("GET", `/api/realtime/events?${query}`);
    expect([status, body.code]).toEqual([400, "invalid_request"]);
  });

  it.each(["__proto__=1", "constructor=x", "&&&", "=", "a=b=c", "?", "toString", "%20=1"])(
    "with odd fields besides is answered all the same: %s",
    async (query) => {
      const { status } = await clickclack.client.request("GET", `${messages()}?${query}`);
      expect(status).toBe(200);
    },
  );
});

describe("ids", () => {
  it.each([
    "*",
    ">",
    "wsp_*",
    "a.b",
    "chn_>",
    "%2A",
    "%3E",
    "a%20b",
    "a%0d%0ab",
    "x".repeat(64),
    "..%2f..%2fme",
    "'--",
    "$1",
  ])("that are none name nothing: %s", async (id) => {
    const answers = await Promise.all([
      clickclack.client.request("GET", `/api/workspaces/${id}`),
      clickclack.client.request("GET", `/api/workspaces/${id}/channels`),
      clickclack.client.request("POST", `/api/workspaces/${id}/channels`, { body: { name: "x" } }),
      clickclack.client.request("PATCH", `/api/workspaces/${id}`, { body: { name: "x" } }),
      clickclack.client.request("GET", `/api/realtime/events?workspace_id=${id}`),
      clickclack.client.request("GET", `/api/messages/by-nonce?workspace_id=${id}&nonce=x`),
      clickclack.client.request("GET", `/api/channels/${id}/messages`),
      clickclack.client.request("POST", `/api/channels/${id}/messages`, { body: { body: "x" } }),
      clickclack.client.request("GET", `/api/messages/${id}`),
      clickclack.client.request("POST", `/api/messages/${id}/thread/replies`, { body: { body: "x" } }),
    ]);
    for (const { status, body } of answers) expect([status, body.code]).toEqual([404, "not_found"]);
  });

  it("that are too long are 400", async () => {
    expect((await clickclack.client.request("GET", `/api/messages/${"x".repeat(65)}`)).status).toBe(400);
  });
});

describe("what is larger than any request needs", () => {
  it.each([
    ["an address", () => rawRequest("GET", `/api/messages/${"x".repeat(20_000)}`)],
    ["a header", () => rawRequest("GET", "/api/me", { headers: [["X-Large", "x".repeat(20_000)]] })],
    [
      "a heap of headers",
      () =>
        rawRequest("GET", "/api/me", {
          headers: Array.from({ length: 500 }, (_, i) => [`X-${i}`, "x"] as const),
        }),
    ],
  ])("is 431: %s", async (_what, request) => {
    const connection = await RawConnection.open(clickclack.url);
    connection.write(request());
    expect((await connection.answer())?.status).toBe(431);
    await connection.untilClosed();
  });

  it("is told from a long search and a large cookie", async () => {
    const headers = [["Cookie", `theme=${"x".repeat(4_000)}`]] as const;
    const answer = await raw("GET", `${messages()}?q=${encodeURIComponent("😀".repeat(500))}`, { headers });
    expect(answer.status).toBe(200);
  });
});

it.each([
  ["\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n"],
  ["GET /api/me HTTP/1.0\r\nHost: localhost\r\n\r\n"],
  ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ["POST /api/workspaces HTTP/1.1\r\nHost: localhost\r\nContent-Length: ten\r\n\r\n{}"],
  ["POST /api/workspaces HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n{}"],
  [
    "POST /api/workspaces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
  ],
  [
    "POST /api/workspaces HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
  ],
])("what is no HTTP/1.1 is refused by closing: %.60j", async (text) => {
  const connection = await RawConnection.open(clickclack.url);
  connection.write(Buffer.from(text, "latin1"));
  const answer = await connection.answer();
  if (answer) expect([400, 505]).toContain(answer.status);
  await connection.untilClosed();
});
