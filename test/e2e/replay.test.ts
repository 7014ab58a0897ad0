import { decodeCursor, encodeCursor, type Cursor } from "@clickclack/protocol/Cursor";
import type { EventFrame } from "@clickclack/protocol/realtime/Frames";
import { beforeAll, describe, expect, it } from "vitest";
import { oneServer } from "../support/oneServer.ts";

const clickclack = oneServer();
let workspaceId = "";
let channelId = "";
let events: ReadonlyArray<EventFrame> = [];
let tail: Cursor;

const poll = (query: string, workspace = workspaceId) =>
  clickclack.client.request("GET", `/api/realtime/events?workspace_id=${workspace}${query}`);

const tailOf = async (workspace: string): Promise<string> =>
  (await poll("&limit=1&include_tail=true", workspace)).body.tail_cursor;

beforeAll(async () => {
  const { client } = clickclack;
  workspaceId = (await client.createWorkspace()).id;
  channelId = (await client.createChannel(workspaceId)).id;
  for (let n = 1; n <= 9; n++) await client.post(channelId, `message ${n}`);
  events = (await poll("")).body.events;
  const { epoch } = clickclack.operator.deployment;
  tail = decodeCursor(await tailOf(workspaceId), workspaceId, epoch) as Cursor;
});

describe("polling", () => {
  it("without a cursor begins at the beginning, and tells no tail unasked", async () => {
    const { status, body } = await poll("");
    expect(status).toBe(200);
    expect(body.events.map(({ type }: EventFrame) => type)).toEqual([
      "channel.created",
      ...Array.from({ length: 9 }, () => "message.created"),
    ]);
    expect(body).not.toHaveProperty("tail_cursor");
    expect((await poll("&after_cursor=")).body.events).toEqual(body.events);
  });

  it.each([0, 3, 8, 9])("after the event number %i gives all later ones", async (n) => {
    const { body } = await poll(`&after_cursor=${events[n]!.cursor}`);
    expect(body.events).toEqual(events.slice(n + 1));
  });

  it("walks through the log in pages of any size", async () => {
    for (const limit of [1, 4, 500]) {
      const seen: Array<EventFrame> = [];
      for (let cursor = ""; ;) {
        const { body } = await poll(`&limit=${limit}&after_cursor=${cursor}`);
        if (body.events.length === 0) break;
        expect(body.events.length).toBeLessThanOrEqual(limit);
        seen.push(...body.events);
        cursor = seen.at(-1)!.cursor;
      }
      expect(seen).toEqual(events);
    }
  });

  it("cuts the limit to 1 and 500", async () => {
    expect((await poll("&limit=0")).body.events).toHaveLength(1);
    expect((await poll("&limit=100000000000000000000")).body.events).toHaveLength(10);
    expect((await poll("&limit=many")).status).toBe(400);
  });

  it("tells the tail as it was before the page, and goes on from there", async () => {
    const { body } = await poll("&include_tail=true&limit=2");
    expect(body.tail_cursor).toBe(encodeCursor(tail));
    expect((await poll(`&after_cursor=${body.tail_cursor}`)).body.events).toEqual([]);
  });
});

it("a socket that comes with the tail cursor gets what is new and nothing else", async () => {
  const { client } = clickclack;
  const workspace = await client.createWorkspace();
  const channel = await client.createChannel(workspace.id);
  await client.post(channel.id, "old");
  const afterCursor = await tailOf(workspace.id);
  const socket = await clickclack.watch({ workspaceId: workspace.id, afterCursor });
  const { event } = await client.post(channel.id, "new");
  await socket.barrier();
  expect(socket.events).toEqual([event]);
});

it("sockets that connect while others write miss nothing and get nothing twice", async () => {
  const { client } = clickclack;
  const workspace = await client.createWorkspace();
  const channel = await client.createChannel(workspace.id);
  const writing = Promise.all(
    Array.from({ length: 200 }, (_, n) => client.post(channel.id, `in a hurry ${n}`)),
  );
  const sockets = await Promise.all(
    Array.from({ length: 10 }, () => clickclack.watch({ workspaceId: workspace.id })),
  );
  const written = (await writing).map(({ event }) => event).toSorted((a, b) => a.seq! - b.seq!);
  for (const socket of sockets) {
    await socket.barrier();
    expect(socket.events.slice(1)).toEqual(written);
    socket.close();
  }
});

describe("a cursor that cannot be served", () => {
  const bad: ReadonlyArray<readonly [reason: string, what: string, make: () => string | Promise<string>]> = [
    ["malformed", "that is none", () => "yesterday"],
    ["malformed", "that is cut short", () => encodeCursor(tail).slice(0, -1)],
    ["malformed", "with letters that no cursor has", () => `cur_i${encodeCursor(tail).slice(5)}`],
    ["malformed", "in capitals", () => encodeCursor(tail).toUpperCase()],
    [
      "other_workspace",
      "of another workspace",
      async () => tailOf((await clickclack.client.createWorkspace()).id),
    ],
    ["other_epoch", "of an earlier log", () => encodeCursor({ ...tail, epoch: tail.epoch - 1 })],
    ["other_epoch", "of a later log", () => encodeCursor({ ...tail, epoch: tail.epoch + 1 })],
    ["ahead_of_tail", "ahead of the tail", () => encodeCursor({ ...tail, version: tail.version + 1 })],
    ["ahead_of_tail", "far ahead", () => encodeCursor({ ...tail, version: 1e12, seq: 1e12 })],
    ["unknown", "that names the tail elsewhere", () => encodeCursor({ ...tail, seq: tail.seq + 1 })],
    ["unknown", "that names an event elsewhere", () => encodeCursor({ ...tail, version: 2, seq: tail.seq })],
    ["unknown", "before the first event, but not there", () => encodeCursor({ ...tail, version: 0 })],
  ];

  it.each(bad)("is told as %s: one %s", async (reason, _what, make) => {
    const cursor = await make();
    const tail_cursor = encodeCursor(tail);
    const { status, body } = await poll(`&after_cursor=${encodeURIComponent(cursor)}`);
    expect({ status, ...body }).toMatchObject({ status: 409, code: "resync_required", tail_cursor, reason });
    const socket = await clickclack.watch({ workspaceId, afterCursor: cursor });
    expect(await socket.whenClosed()).toEqual({ code: 4001, reason: "resync required" });
    expect(socket.others).toEqual([
      { type: "resync_required", workspace_id: workspaceId, tail_cursor, reason },
    ]);
    expect(socket.events).toEqual([]);
    expect((await poll(`&after_cursor=${body.tail_cursor}`)).body.events).toEqual([]);
  });

  it("is told as too_far_behind after more than 5,000 events, and the beginning too", async () => {
    const { client, operator } = clickclack;
    const workspace = await client.createWorkspace();
    const channel = await client.createChannel(workspace.id);
    const { event } = await client.post(channel.id, "long ago");
    const { id: author } = await client.me();
    const post = (n: number) =>
      operator.send(
        workspace.id,
        { type: "PostMessage", channelId: channel.id, messageId: `msg_${n}`, body: `${n}` },
        author,
      );
    for (let n = 0; n < 5_000; n += 500) {
      await Promise.all(Array.from({ length: 500 }, (_, i) => post(n + i)));
    }
    const justWithin = await clickclack.watch({ workspaceId: workspace.id, afterCursor: event.cursor });
    await justWithin.barrier();
    expect(justWithin.events.map(({ seq }) => seq)).toEqual(Array.from({ length: 5_000 }, (_, i) => i + 2));
    await post(5_000);
    for (const afterCursor of [event.cursor, undefined]) {
      const query = afterCursor === undefined ? "" : `&after_cursor=${afterCursor}`;
      const { status, body } = await poll(query, workspace.id);
      expect([status, body.reason]).toEqual([409, "too_far_behind"]);
      const socket = await clickclack.watch({
        workspaceId: workspace.id,
        ...(afterCursor !== undefined && { afterCursor }),
      });
      expect((await socket.whenClosed()).code).toBe(4001);
      expect(socket.others).toMatchObject([{ reason: "too_far_behind", tail_cursor: body.tail_cursor }]);
    }
  });
});

it("a cursor from before a restart goes on after it", async () => {
  const cursor = events[4]!.cursor;
  const forged = encodeCursor({ ...tail, seq: tail.seq + 1 });
  await clickclack.server.kill();
  await clickclack.server.start();
  // Nothing is in memory now: the cursor's own event is looked up in the log.
  expect((await poll(`&after_cursor=${forged}`)).body.reason).toBe("unknown");
  const socket = await clickclack.watch({ workspaceId, afterCursor: cursor });
  await socket.barrier();
  expect(socket.events).toEqual(events.slice(5));
  expect((await poll(`&after_cursor=${cursor}`)).body.events).toEqual(events.slice(5));
});
