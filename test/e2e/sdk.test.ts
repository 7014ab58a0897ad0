import { ClickClack as Sdk, ClickClackError, type EventFrame, type LiveState } from "@clickclack/sdk";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ClickClack } from "../support/ClickClack.ts";
import { freshDatabase, freshNats } from "../support/services.ts";
import { until } from "../support/until.ts";

let server: ClickClack;
let sdk: Sdk;
let workspaceId = "";
let channelId = "";

beforeAll(async () => {
  const [nats, db] = await Promise.all([freshNats(), freshDatabase()]);
  server = await ClickClack.start({ nats: nats.url, db: db.url });
  sdk = new Sdk({ url: server.url });
  const { workspaces } = await sdk.api.listWorkspaces();
  workspaceId = workspaces[0]!.id;
  const { channels } = await sdk.api.listChannels({ params: { workspace_id: workspaceId } });
  channelId = channels[0]!.id;
});
afterAll(() => server?.stop());

const post = async (body: string, idempotencyKey?: string) => {
  const answer = await sdk.api.postMessage({
    params: { channel_id: channelId },
    body: { body },
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });
  return { message: answer.message, eventId: "event" in answer ? answer.event.id : undefined };
};

it("operations are called by their names, with what they take and give", async () => {
  const { message } = await post("hello");
  const first = await post("once", "key");
  expect((await post("once", "key")).message.id).toBe(first.message.id);
  const page = await sdk.api.listMessages({ params: { channel_id: channelId }, query: { limit: 2 } });
  expect(page.messages.map(({ id }) => id)).toEqual([message.id, first.message.id]);
  const emoji = "👍/?";
  await sdk.api.addReaction({ params: { message_id: message.id }, body: { emoji } });
  const { reactions } = await sdk.api.removeReaction({ params: { message_id: message.id, emoji } });
  expect(reactions).toEqual([]);
  const { upload } = await sdk.upload(workspaceId, new Blob(["bytes"]), "a.txt");
  expect(upload.byte_size).toBe(5);
});

it("what is refused is thrown with its code", async () => {
  const refused = sdk.api.getMessage({ params: { message_id: "msg_none" } });
  await expect(refused).rejects.toBeInstanceOf(ClickClackError);
  await expect(refused).rejects.toMatchObject({ status: 404, code: "not_found" });
  await expect(post("")).rejects.toMatchObject({ status: 400, issues: [{ path: "body" }] });
  const stranger = new Sdk({ url: server.url, token: "cct_nobody" });
  await expect(stranger.api.getMe()).rejects.toMatchObject({ code: "unauthenticated" });
});

it("live events come once each and in order, over a kill of the server", async () => {
  const { tail_cursor: after = "" } = await sdk.api.listEvents({
    query: { workspace_id: workspaceId, include_tail: "true", limit: 1 },
  });
  const seen: Array<EventFrame> = [];
  const states: Array<LiveState["_tag"]> = [];
  const live = sdk.watch(workspaceId, {
    after,
    onEvent: (event) => {
      if (event.cursor !== "") seen.push(event);
    },
    onState: ({ _tag }) => states.push(_tag),
  });
  await until(() => states.includes("live"), { what: "the socket to be live" });
  const sent = [(await post("before")).eventId];
  await until(() => seen.length === 1, { what: "the first event" });
  await server.kill();
  await until(() => states.includes("waiting"), { what: "the socket to be lost" });
  await server.start();
  sent.push((await post("after")).eventId);
  await until(() => seen.length === 2, { what: "the second event" });
  expect(seen.map(({ id }) => id)).toEqual(sent);
  live.close();
  expect(states.at(-1)).toBe("closed");
});

it("a socket whose access is refused for good says so and does not come back", async () => {
  const states: Array<LiveState> = [];
  const live = new Sdk({ url: server.url }).watch(workspaceId, {
    after: "cur_none",
    onEvent: () => undefined,
    onState: (state) => states.push(state),
    onResync: () => live.close(),
  });
  await until(() => states.at(-1)?._tag === "closed", { what: "the end" });
});
