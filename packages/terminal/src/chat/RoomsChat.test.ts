import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { TerminalFrame } from "@clickclack/protocol/terminal/TerminalFrames";
import type { ChatEvent } from "./Chat.ts";
import { RoomsChat } from "./RoomsChat.ts";

/** A connection whose other side is the test. */
class Wire {
  static readonly OPEN = 1;
  static readonly all: Array<Wire> = [];
  readonly readyState = 1;
  readonly sent: Array<Record<string, unknown>> = [];
  #onPing: () => void = () => undefined;
  onopen: () => void = () => undefined;
  onmessage: (event: { data: string }) => void = () => undefined;
  onclose: (event: { code: number; reason: string }) => void = () => undefined;
  onerror: () => void = () => undefined;
  constructor() {
    Wire.all.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  on(_: "ping", listener: () => void): void {
    this.#onPing = listener;
  }
  ping(): void {
    this.#onPing();
  }
  close(): void {
    return undefined;
  }
  terminate(): void {
    return undefined;
  }
  tell(frame: TerminalFrame): void {
    this.onmessage({ data: JSON.stringify(frame) });
  }
  welcome(): this {
    this.onopen();
    this.tell({ type: "welcome", username: "ada", rooms: ["lobby"], room: "lobby", resume: "r" });
    return this;
  }
  get typed(): ReadonlyArray<unknown> {
    return this.sent.flatMap(({ type, text }) => (type === "input" ? [text] : []));
  }
  get lastId(): string {
    return String(this.sent.at(-1)?.["id"]);
  }
}

const events: Array<ChatEvent> = [];
const wire = (n: number): Wire => Wire.all.at(n)!;
const open = (): RoomsChat => {
  const chat = new RoomsChat({ url: "ws://127.0.0.1:9", username: "ada", WebSocket: Wire as never });
  chat.onEvent((event) => events.push(event));
  chat.open();
  wire(-1).welcome();
  return chat;
};

beforeEach(() => {
  Wire.all.length = 0;
  events.length = 0;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a server that hangs", () => {
  test("is noticed by an answer that does not come, and the line goes to the next connection with the same id", () => {
    const chat = open();
    void chat.input("hello");
    const id = wire(0).lastId;
    vi.advanceTimersByTime(14_000);
    expect(chat.state._tag).toBe("connected");
    vi.advanceTimersByTime(2_000);
    expect(Wire.all).toHaveLength(2);
    wire(1).welcome();
    expect(wire(1).sent.at(-1)).toEqual({ type: "input", id, text: "hello" });
  });

  test("is noticed by pings that do not come any more, but only where they came", () => {
    const chat = open();
    vi.advanceTimersByTime(3_600_000);
    expect(chat.state._tag).toBe("connected");
    wire(0).ping();
    vi.advanceTimersByTime(80_000);
    wire(0).ping();
    vi.advanceTimersByTime(80_000);
    expect(chat.state._tag).toBe("connected");
    vi.advanceTimersByTime(10_000);
    expect(chat.state._tag).toBe("waiting");
  });
});

describe("lines", () => {
  test("are sent one at a time, and one that comes too soon is sent again under another id", () => {
    const chat = open();
    void chat.input("one");
    void chat.input("two");
    const id = wire(0).lastId;
    expect(wire(0).typed).toEqual(["one"]);
    wire(0).tell({ type: "error", code: "rate_limited", message: "wait", id, retry_after: 2 });
    expect(chat.pending).toBe(2);
    vi.advanceTimersByTime(2_000);
    expect(wire(0).typed).toEqual(["one", "one"]);
    expect(wire(0).lastId).not.toBe(id);
    wire(0).tell({ type: "ack", id: wire(0).lastId });
    expect(wire(0).typed).toEqual(["one", "one", "two"]);
  });

  test("that wait at the end are told as not sent", async () => {
    const chat = open();
    const outcome = chat.input("never\u001b[2J");
    chat.close();
    expect(await outcome).toBe("lost");
    expect(events).toContainEqual({ _tag: "error", code: "not_sent", text: "not sent: never[2J" });
    expect(await chat.input("later")).toBe("lost");
  });
});

describe("what is told of rooms", () => {
  test("counts what is said elsewhere until one goes there", () => {
    const chat = open();
    wire(0).tell({ type: "ack", id: "x", room: "lobby", rooms: ["lobby", "ops"] });
    const said = { type: "message", ts: "2026-11-28T12:00:00Z", username: "bob", room: "ops" } as const;
    wire(0).tell({ ...said, id: "1", text: "hey ada" });
    wire(0).tell({ ...said, id: "1", text: "hey ada" });
    wire(0).tell({ ...said, id: "2", text: "hey all" });
    expect(chat.unreadIn("ops")).toEqual({ messages: 2, mentions: 1 });
    wire(0).tell({ type: "ack", id: "y", room: "ops" });
    expect(chat.unreadIn("ops")).toEqual({ messages: 0, mentions: 0 });
  });

  test("follows where others bring one, and who takes another name", () => {
    const chat = open();
    void chat.peopleIn("lobby");
    wire(0).tell({ type: "users", room: "lobby", users: ["ada", "bob"] });
    wire(0).tell({ type: "ack", id: wire(0).lastId });
    const names = () => chat.peopleIn("lobby").map(({ username }) => username);
    wire(0).tell({ type: "notice", text: "bob is cat now", renamed: { from: "bob", to: "cat" } });
    expect([names(), events.at(-1)]).toEqual([["ada", "cat"], { _tag: "place" }]);
    wire(0).tell({ type: "ack", id: "x", username: "zoe" });
    expect(names()).toEqual(["cat", "zoe"]);
    wire(0).tell({ type: "notice", text: "you were added to #ops", room: "lobby", rooms: ["lobby", "ops"] });
    expect([chat.room, chat.rooms]).toEqual(["lobby", ["lobby", "ops"]]);
    wire(0).tell({ type: "notice", text: "you were taken out of #lobby", room: "ops", rooms: ["ops"] });
    expect([chat.room, chat.rooms]).toEqual(["ops", ["ops"]]);
    wire(0).tell({ type: "notice", text: "you are in #dev now", room: "dev" });
    expect(events.at(-1)).toEqual({ _tag: "notice", text: "you are in #dev now", room: "dev" });
    expect(chat.room).toBe("ops");
  });

  test("asks who is in a room once, when somebody looks, and shows nobody the answer", () => {
    const chat = open();
    expect([...chat.peopleIn("lobby"), ...chat.peopleIn("lobby")]).toEqual([]);
    expect(wire(0).typed).toEqual(["/users"]);
    expect(chat.pending).toBe(0);
    wire(0).tell({ type: "users", room: "lobby", users: ["bob", "ada"] });
    wire(0).tell({ type: "ack", id: wire(0).lastId });
    wire(0).tell({ type: "joined", username: "cat", room: "lobby", ts: "2026-11-28T12:00:00Z" });
    expect(chat.peopleIn("lobby").map(({ username }) => username)).toEqual(["ada", "bob", "cat"]);
    expect(events.filter(({ _tag }) => _tag === "users")).toEqual([]);
    expect(wire(0).typed).toEqual(["/users"]);
  });
});
