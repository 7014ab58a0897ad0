import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { oneServer } from "../support/oneServer.ts";
import { RawConnection, rawRequest } from "../support/RawConnection.ts";
import { until } from "../support/until.ts";

const clickclack = oneServer();
let workspaceId = "";
let channelId = "";

beforeAll(async () => {
  workspaceId = (await clickclack.client.createWorkspace()).id;
  channelId = (await clickclack.client.createChannel(workspaceId)).id;
});

const TEXT = 1;
const CLOSE = 8;
const PING = 9;

interface FrameOptions {
  readonly opcode?: number;
  readonly final?: boolean;
  readonly masked?: boolean;
  readonly reserved?: number;
  /** What the header says, when that is not the truth. */
  readonly length?: number;
}

/** A client's frame, or what only a broken client sends. */
const frame = (payload: Uint8Array | string, options: FrameOptions = {}): Buffer => {
  const { opcode = TEXT, final = true, masked = true, reserved = 0 } = options;
  const data = Buffer.from(payload);
  const length = options.length ?? data.length;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = (final ? 0x80 : 0) | (reserved << 4) | opcode;
  head[1] = (masked ? 0x80 : 0) | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  if (!masked) return Buffer.concat([head, data]);
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, data.map((byte, i) => byte ^ mask[i % 4]!)]);
};

/** A connection that was upgraded by hand. */
const upgraded = async (): Promise<RawConnection> => {
  const connection = await RawConnection.open(clickclack.url);
  const headers = [
    ["Connection", "Upgrade"],
    ["Upgrade", "websocket"],
    ["Sec-WebSocket-Version", "13"],
    ["Sec-WebSocket-Key", randomBytes(16).toString("base64")],
  ] as const;
  connection.write(rawRequest("GET", `/api/realtime/ws?workspace_id=${workspaceId}`, { headers }));
  expect((await connection.answer())?.status).toBe(101);
  return connection;
};

const expectServing = async () => {
  const { event } = await clickclack.client.post(channelId, "still here");
  const socket = await clickclack.watch({ workspaceId });
  await socket.barrier();
  expect(socket.events.at(-1)).toEqual(event);
  socket.close();
};

describe("a broken frame ends its own connection and no other", () => {
  it.each([
    ["one over the size limit", () => frame("x".repeat(16 * 1024 + 1))],
    ["one that claims to be huge", () => frame("x", { length: 2 ** 40 })],
    ["text that is not UTF-8", () => frame(Buffer.from([0xff, 0xfe, 0xc3, 0x28]))],
    ["one with reserved bits", () => frame("x", { reserved: 7 })],
    ["one with an opcode that does not exist", () => frame("x", { opcode: 11 })],
    ["a ping in parts", () => frame("x", { opcode: PING, final: false })],
    ["a ping over its limit", () => frame("x".repeat(126), { opcode: PING })],
    ["a continuation of nothing", () => frame("x", { opcode: 0 })],
    ["a close with half a code", () => frame(Buffer.from([3]), { opcode: CLOSE })],
    ["a close with a code that is none", () => frame(Buffer.from([0, 1]), { opcode: CLOSE })],
  ])("%s", async (_what, bytes) => {
    const connection = await upgraded();
    connection.write(bytes());
    await connection.untilClosed();
    await expectServing();
  });

  it.each([
    [
      "frames without a mask",
      () => Buffer.concat(Array.from({ length: 50 }, () => frame("hello", { masked: false }))),
    ],
    ["noise", () => randomBytes(100_000)],
    ["HTTP where frames belong", () => rawRequest("GET", "/api/me")],
  ])("%s", async (_what, bytes) => {
    const connection = await upgraded();
    connection.write(bytes());
    await expectServing();
    connection.close();
  });

  it("and one that never comes whole", async () => {
    const connection = await upgraded();
    connection.write(frame("x".repeat(1000)).subarray(0, 500));
    await expectServing();
    connection.close();
    await expectServing();
  });
});

describe("a frame that means nothing is passed over", () => {
  it.each([
    ["no JSON", "hello"],
    ["null", "null"],
    ["a number", "5"],
    ["an unknown type", '{"type":"subscribe","id":"1"}'],
    ["a barrier without an id", '{"type":"barrier"}'],
    ["a barrier with an id that is no text", '{"type":"barrier","id":{"x":1}}'],
    ["a barrier with an endless id", JSON.stringify({ type: "barrier", id: "x".repeat(129) })],
    ["nesting", "[".repeat(16_000)],
    ["nothing", ""],
  ])("%s", async (_what, text) => {
    const socket = await clickclack.watch({ workspaceId });
    socket.socket.send(text);
    socket.socket.send(Buffer.from(text), { binary: true });
    await socket.barrier();
    expect(socket.others).toHaveLength(1);
    expect(socket.closed).toBeUndefined();
    socket.close();
  });

  it("but binary is taken as text is", async () => {
    const socket = await clickclack.watch({ workspaceId });
    socket.socket.send(Buffer.from('{"type":"barrier","id":"binary"}'), { binary: true });
    await until(() => socket.others.some(({ id }) => id === "binary"), { what: "the barrier" });
  });
});

it("a ping is answered, and a message in parts is put together", async () => {
  const socket = await clickclack.watch({ workspaceId });
  const pong = new Promise((resolve) => socket.socket.once("pong", resolve));
  socket.socket.ping("hi");
  await pong;
  const barrier = Buffer.from('{"type":"barrier","id":"in parts"}');
  socket.socket.send(barrier.subarray(0, 9), { fin: false, binary: false });
  socket.socket.send(barrier.subarray(9), { fin: true });
  await until(() => socket.others.some(({ id }) => id === "in parts"), { what: "the barrier" });
});

it("barriers come back for as long as the socket lives, however many there are", async () => {
  const socket = await clickclack.watch({ workspaceId });
  for (let round = 0; round < 25; round++) {
    for (let i = 0; i < 8; i++) socket.socket.send(JSON.stringify({ type: "barrier", id: `${round}.${i}` }));
    await until(() => socket.others.length === (round + 1) * 8, { what: `round ${round}` });
  }
});

it("a barrier waits for the replay before it", async () => {
  const { client } = clickclack;
  const workspace = await client.createWorkspace();
  const channel = await client.createChannel(workspace.id);
  await Promise.all(
    Array.from({ length: 1_500 }, (_, i) => client.post(channel.id, `${i} ${"x".repeat(500)}`)),
  );
  // More than the newest events, which are in memory: the log is read in pages.
  const socket = await clickclack.watch({ workspaceId: workspace.id });
  await socket.barrier();
  expect(socket.events).toHaveLength(1_501);
});
