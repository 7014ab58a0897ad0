import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ClickClackError } from "./ClickClackError.ts";
import { Live, type LiveOptions } from "./Live.ts";

/** A server's side of a WebSocket, of which the test decides what happens. */
class Socket {
  static all: Array<Socket> = [];
  readonly url: string;
  readonly sent: Array<{ readonly type: string; readonly id: string }> = [];
  onopen?: () => void;
  onmessage?: (message: { readonly data: string }) => void;
  onclose?: (close: { readonly code: number; readonly reason: string }) => void;
  onerror?: () => void;

  constructor(url: string) {
    this.url = url;
    Socket.all.push(this);
  }

  send(frame: string): void {
    this.sent.push(JSON.parse(frame));
  }

  close(): void {}

  tell(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  answer(): void {
    this.tell(this.sent.at(-1)!);
  }
}

const event = (cursor: string) => ({ id: cursor, cursor, type: "message.created" });

const watch = (more: Partial<LiveOptions> = {}) => {
  const told: Array<string> = [];
  const live = new Live({
    url: "ws://127.0.0.1:1/ws",
    workspaceId: "wsp_1",
    after: "cur_0",
    onEvent: ({ id }) => told.push(id),
    onState: ({ _tag }) => told.push(_tag),
    onCaughtUp: () => told.push("caught up"),
    WebSocket: Socket as unknown as typeof WebSocket,
    ...more,
  });
  return { live, told, socket: () => Socket.all.at(-1)! };
};

beforeEach(() => {
  vi.useFakeTimers();
  Socket.all = [];
});
afterEach(() => {
  vi.useRealTimers();
});

const settled = () => vi.advanceTimersByTimeAsync(0);

test("what was missed is told before it has caught up, and once", async () => {
  const { told, socket } = watch();
  socket().onopen!();
  socket().tell(event("cur_1"));
  socket().answer();
  await settled();
  socket().tell(event("cur_2"));
  expect(told).toEqual(["connecting", "live", "cur_1", "caught up", "cur_2"]);
  socket().onclose!({ code: 1012, reason: "" });
  await vi.advanceTimersByTimeAsync(300);
  expect([Socket.all.length, socket().url]).toEqual([2, expect.stringContaining("after_cursor=cur_2")]);
});

test("a server that hangs is given up, and what it says later is not heard twice", async () => {
  const { told, socket } = watch();
  const first = socket();
  first.onopen!();
  first.answer();
  await vi.advanceTimersByTimeAsync(30_000);
  first.answer();
  await vi.advanceTimersByTimeAsync(30_000 + 5_000);
  expect(told).not.toContain("waiting");
  await vi.advanceTimersByTimeAsync(5_000);
  expect(told.at(-1)).toBe("waiting");
  first.tell(event("cur_1"));
  expect(told).not.toContain("cur_1");
  await vi.advanceTimersByTimeAsync(300);
  expect(Socket.all).toHaveLength(2);
});

test("a server that takes a connection and says nothing is given up, and tried again", async () => {
  const { told, socket } = watch();
  const first = socket();
  await vi.advanceTimersByTimeAsync(14_999);
  expect(told).toEqual(["connecting"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(told.at(-1)).toBe("waiting");
  await vi.advanceTimersByTimeAsync(300);
  socket().onopen!();
  first.onerror!();
  await vi.advanceTimersByTimeAsync(0);
  socket().answer();
  await vi.advanceTimersByTimeAsync(15_000);
  expect([Socket.all.length, told.at(-1)]).toEqual([2, "caught up"]);
});

test("a handshake that is refused for good ends it, with what the server says", async () => {
  const refusal = new ClickClackError(404, { error: "there is no such workspace", code: "not_found" }, null);
  const ends: Array<unknown> = [];
  const { socket } = watch({ whyRefused: async () => refusal, onState: (state) => ends.push(state) });
  socket().onerror!();
  await settled();
  expect(ends.at(-1)).toEqual({ _tag: "closed", reason: "there is no such workspace", refusal });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(Socket.all).toHaveLength(1);
});

test("access that ends is explained where it can be", async () => {
  const ends: Array<unknown> = [];
  const { socket } = watch({ whyRefused: async () => undefined, onState: (state) => ends.push(state) });
  socket().onopen!();
  socket().onclose!({ code: 1008, reason: "access revoked" });
  await settled();
  expect(ends.at(-1)).toEqual({ _tag: "closed", reason: "access revoked" });
});

test("nothing is told after it was closed", async () => {
  const { live, told, socket } = watch();
  socket().onopen!();
  live.close();
  socket().tell(event("cur_1"));
  socket().onclose!({ code: 1000, reason: "" });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toEqual(["connecting", "live", "closed"]);
});
