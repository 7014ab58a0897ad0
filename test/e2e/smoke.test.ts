import { afterAll, beforeAll, expect, it } from "vitest";
import { ApiClient } from "../support/ApiClient.ts";
import { ClickClack } from "../support/ClickClack.ts";
import { EventSocket } from "../support/EventSocket.ts";
import { freshDatabase, freshNats } from "../support/services.ts";

let server: ClickClack;

beforeAll(async () => {
  const [nats, db] = await Promise.all([freshNats(), freshDatabase()]);
  server = await ClickClack.start({ nats: nats.url, db: db.url });
});
afterAll(() => server.stop());

it("a posted message is whole in the answer, on a subscribed socket and in the next list", async () => {
  const client = new ApiClient(server.url);
  const workspace = await client.createWorkspace();
  const channel = await client.createChannel(workspace.id);
  const socket = await EventSocket.open(server.webSocketUrl, { workspaceId: workspace.id });
  const { message, event } = await client.post(channel.id, "hello **world**");
  await socket.barrier();
  expect(message).toMatchObject({ body: "hello **world**", channel_seq: 1, channel_id: channel.id });
  expect(socket.events).toContainEqual(event);
  expect((await client.list(channel.id)).messages).toEqual([message]);
  socket.close();
});
