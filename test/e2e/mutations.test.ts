import type { Channel } from "@clickclack/protocol/http/shapes";
import { beforeAll, expect, it } from "vitest";
import { oneServer } from "../support/oneServer.ts";
import { RawConnection, rawRequest } from "../support/RawConnection.ts";

const clickclack = oneServer();

const MUTATIONS = 5_000;
const AT_ONCE = 16;
/** Chosen anew for each run and told when something fails: `MUTATION_SEED=… scripts/test mutations` does it again. */
const SEED = Number(process.env["MUTATION_SEED"] ?? Math.floor(Math.random() * 2 ** 32));
/** A server that has not answered by then does not: only a request that is not whole may wait. */
const ANSWER_WITHIN_MS = 8_000;

/** Mulberry32: the same seed gives the same numbers everywhere. */
const randomFrom = (seed: number) => {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number): number => Math.floor(next() * n);
  return { below, pick: <A>(list: ReadonlyArray<A>): A => list[below(list.length)]! };
};
type Random = ReturnType<typeof randomFrom>;

interface Request {
  readonly method: string;
  readonly path: Buffer;
  readonly headers: ReadonlyArray<readonly [string, string | Uint8Array]>;
  readonly body: Buffer | undefined;
}

let valid: ReadonlyArray<Request> = [];

const request = (method: string, path: string, body?: object): Request => ({
  method,
  path: Buffer.from(path),
  headers: [["Content-Type", "application/json"]],
  body: body && Buffer.from(JSON.stringify(body)),
});

beforeAll(async () => {
  const { client } = clickclack;
  const { id: workspaceId } = await client.createWorkspace();
  const { id: channelId }: Channel = await client.createChannel(workspaceId);
  const { message, event } = await client.post(channelId, "hello", { nonce: "n" });
  const inWorkspace = `/api/workspaces/${workspaceId}`;
  const inChannel = `/api/channels/${channelId}`;
  const ofMessage = `/api/messages/${message.id}`;
  valid = [
    request("GET", "/api/me"),
    request("GET", "/api/workspaces"),
    request("POST", "/api/workspaces", { name: "Acme", slug: "acme-1" }),
    request("GET", inWorkspace),
    request("PATCH", inWorkspace, { name: "Acme", icon_url: "https://example.com" }),
    request("GET", `${inWorkspace}/members?limit=5&cursor=usr_0`),
    request("GET", `${inWorkspace}/channels`),
    request("POST", `${inWorkspace}/channels`, { name: "new", kind: "private", external_url: "https://a.b" }),
    request("PATCH", inChannel, { name: "other", archived: false, display_title: "" }),
    request("GET", `${inChannel}/members`),
    request("POST", `${inChannel}/members`, { user_id: "usr_01kx0000000000000000000000" }),
    request("GET", `${inChannel}/messages?limit=5&after_seq=0&topic_id=top_x`),
    request("POST", `${inChannel}/messages`, {
      body: "hi",
      nonce: "x",
      kind: "k",
      quoted_message_id: message.id,
    }),
    request("GET", `/api/messages/by-nonce?workspace_id=${workspaceId}&nonce=n`),
    request("GET", ofMessage),
    request("PATCH", ofMessage, { body: "edited" }),
    request("GET", `${ofMessage}/thread?latest=true&limit=2`),
    request("POST", `${ofMessage}/thread/replies`, { body: "reply", nonce: "y" }),
    request("POST", `${ofMessage}/reactions`, { emoji: "👍" }),
    request("DELETE", `${ofMessage}/reactions/%F0%9F%91%8D`),
    request("POST", `${ofMessage}/route`),
    request(
      "GET",
      `/api/realtime/events?workspace_id=${workspaceId}&after_cursor=${event.cursor}&limit=3&include_tail=true`,
    ),
    request("POST", "/api/auth/magic/request", { email: "a@example.com", display_name: "A" }),
    request("POST", "/api/auth/magic/consume", { token: "mgt_x" }),
  ];
});

/** Pieces that parsers stumble over. */
const PIECES = [
  "%00",
  "%ff",
  "%",
  "%2e%2e",
  "/",
  "//",
  "..",
  "?",
  "&",
  "=",
  "#",
  "*",
  ">",
  "$",
  "'",
  '"',
  "\\",
  "{",
  "}",
  "[",
  "]",
  ":",
  ",",
  "null",
  "true",
  "-1",
  "0",
  "1e999",
  "9".repeat(40),
  "\u0000",
  "\ud7ff",
  "\\u0000",
  "\\ud800",
  "😀",
  "e\u0301",
  "<script>",
  "' OR 1=1--",
  "__proto__",
  "constructor",
  "a".repeat(300),
  " ",
  "\t",
  "NaN",
  "cur_",
  "usr_",
  "limit=",
  "*.>",
] as const;
const METHODS = [
  "GET",
  "POST",
  "PATCH",
  "PUT",
  "DELETE",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "FOO",
  "get",
  "P\u00d6ST",
];
const HEADERS = [
  "Authorization",
  "Cookie",
  "X-ClickClack-User",
  "X-Correlation-ID",
  "Idempotency-Key",
  "Origin",
  "Sec-Fetch-Site",
  "Content-Type",
  "Accept",
  "Host",
  "X-ClickClack-CSRF",
  "Upgrade",
  "Connection",
  "Sec-WebSocket-Key",
  "Range",
  "Expect-None",
];

/** A byte changed, dropped or doubled; a piece put in; a stretch cut out or repeated. */
const mutateBytes = (bytes: Buffer, random: Random): Buffer => {
  const at = random.below(bytes.length + 1);
  const to = Math.min(bytes.length, at + 1 + random.below(8));
  const [before, stretch, after] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)];
  const middle = random.pick<() => Buffer>([
    () => Buffer.from(random.pick(PIECES)),
    () => Buffer.concat([stretch, Buffer.from(random.pick(PIECES))]),
    () => Buffer.from([random.below(256)]),
    () => Buffer.alloc(0),
    () => Buffer.concat([stretch, stretch, stretch]),
    () => Buffer.concat([stretch, Buffer.from([random.below(256), random.below(256)])]),
  ]);
  return Buffer.concat([before, middle(), after]);
};

/** White space and line ends in the request line would make another request of it. */
const inLine = (bytes: Buffer): Buffer => Buffer.from(bytes.filter((byte) => byte > 0x20 && byte !== 0x7f));
const inHeader = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.filter((byte) => byte >= 0x20 && byte !== 0x7f));

const mutate = (one: Request, random: Random): Request => {
  switch (random.below(8)) {
    case 0:
      return { ...one, method: random.pick(METHODS) };
    case 1:
    case 2:
      return {
        ...one,
        path: Buffer.concat([Buffer.from("/"), inLine(mutateBytes(one.path.subarray(1), random))]),
      };
    case 3: {
      const value = inHeader(
        mutateBytes(Buffer.from(random.pick(["Bearer x", "cc_session=x", "1", "usr_x", ""])), random),
      );
      return { ...one, headers: [...one.headers, [random.pick(HEADERS), value]] };
    }
    case 4:
      return { ...one, path: random.pick(valid).path };
    case 5:
      return { ...one, body: random.pick(valid).body };
    default:
      return { ...one, body: mutateBytes(one.body ?? Buffer.from("{}"), random) };
  }
};

const show = ({ method, path, headers, body }: Request) =>
  `${method} ${path.toString("latin1")} ${JSON.stringify(headers)} ${JSON.stringify(body?.toString("latin1"))}`;

/** What is wrong with the answer; undefined when it is one that the API may give. */
const problemWith = async (one: Request): Promise<string | undefined> => {
  const connection = await RawConnection.open(clickclack.url);
  try {
    const { method, path, headers, body } = one;
    connection.write(rawRequest(method, path, { headers, ...(body && { body }) }));
    const answer = await connection.answer({ withoutBody: method === "HEAD", withinMs: ANSWER_WITHIN_MS });
    if (!answer) return connection.isClosed ? undefined : "no answer";
    // 505 is no failure of the server: it is how a line that is no request line is told.
    if (answer.status >= 500 && answer.status !== 501 && answer.status !== 505)
      return `${answer.status} ${answer.body}`;
    // An answer without a body comes from the HTTP parser, which knows nothing of JSON.
    if (answer.status < 400 || answer.body === "") return undefined;
    const { code, request_id: id, error } = JSON.parse(answer.body);
    if (typeof code !== "string" || !String(id).startsWith("req_"))
      return `no code or request id: ${answer.body}`;
    if (/\n|node_modules|at \w+ \(|postgres|nats|select /i.test(error)) return `it tells too much: ${error}`;
    return undefined;
  } finally {
    connection.close();
  }
};

it(`${MUTATIONS} mutations of valid requests give no server error, and the server serves on`, async () => {
  const random = randomFrom(SEED);
  const problems: Array<string> = [];
  let left = MUTATIONS;
  const lane = async () => {
    while (left-- > 0 && problems.length < 5) {
      let one = random.pick(valid);
      for (let times = 1 + random.below(3); times > 0; times--) one = mutate(one, random);
      const problem = await problemWith(one).catch(String);
      if (problem !== undefined) problems.push(`${problem}\n  ${show(one)}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  expect(problems, `seed ${SEED}`).toEqual([]);
  expect((await clickclack.client.request("GET", "/readyz")).status).toBe(200);
  expect(clickclack.server.output).not.toMatch(/"level":[56]0/);
  const { client } = clickclack;
  const channel = await client.createChannel((await client.createWorkspace()).id);
  await client.post(channel.id, "still here");
  expect((await client.list(channel.id)).messages).toHaveLength(1);
});
