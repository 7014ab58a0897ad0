import type { EventFrame } from "@clickclack/protocol/realtime/Frames";
import { expect, it } from "vitest";
import { oneServer } from "../support/oneServer.ts";

const clickclack = oneServer();

const types = (events: ReadonlyArray<EventFrame>) => events.map(({ type }) => type);

it("a team posts, edits, deletes, replies and reacts, and another member sees it all, also after being away", async () => {
  const ann = await clickclack.client.signUp("Ann");
  const bob = await clickclack.client.signUp("Bob");
  const workspace = await ann.client.createWorkspace("Acme");
  await clickclack.operator.addMember(workspace.id, bob.user.id);
  const channel = await ann.client.createChannel(workspace.id, "general");
  const watch = (afterCursor?: string) =>
    clickclack.watch({
      workspaceId: workspace.id,
      headers: bob.client.headers,
      ...(afterCursor !== undefined && { afterCursor }),
    });

  const first = await watch();
  const hello = await ann.client.post(channel.id, "# Hello\n\n* **world**\n");
  const edited = await ann.client.ok("PATCH", `/api/messages/${hello.message.id}`, {
    body: { body: "# Hello\n\n_everybody_" },
  });
  const reply = await bob.client.ok("POST", `/api/messages/${hello.message.id}/thread/replies`, {
    body: { body: "Hi!" },
  });
  await first.barrier();
  expect(types(first.events)).toEqual([
    "channel.created",
    "message.created",
    "message.updated",
    "thread.reply_created",
    "thread.state_updated",
  ]);
  expect(first.events.slice(1)).toEqual([hello.event, edited.event, ...reply.events]);
  const left = first.cursor!;
  first.close();

  const reaction = await ann.client.ok("POST", `/api/messages/${reply.message.id}/reactions`, {
    body: { emoji: "👍" },
  });
  const second = await ann.client.post(channel.id, "| a | b |\n|---|---|\n| 1 | 2 |");
  const removal = await ann.client.ok("DELETE", `/api/messages/${reply.message.id}/reactions/%F0%9F%91%8D`);
  const deletion = await bob.client.ok("DELETE", `/api/messages/${reply.message.id}`);

  const again = await watch(left);
  const live = await ann.client.post(channel.id, "welcome back");
  await again.barrier();
  expect(again.events.map(({ id }) => id)).toEqual([
    reaction.event.id,
    second.event.id,
    removal.event.id,
    deletion.event.id,
    expect.any(String),
    live.event.id,
  ]);
  expect(types(again.events).slice(3, 5)).toEqual(["message.deleted", "thread.state_updated"]);
  const cursors = [...first.events, ...again.events].map(({ cursor }) => cursor);
  expect(cursors).toEqual(cursors.toSorted());
  expect(new Set(cursors).size).toBe(cursors.length);

  const page = await bob.client.list(channel.id);
  expect(page.messages.map(({ body }) => body)).toEqual([
    "# Hello\n\n_everybody_",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "welcome back",
  ]);
  expect(page.messages[0]).toMatchObject({
    edited_at: edited.message.edited_at,
    author: { id: ann.user.id, display_name: "Ann" },
    thread_state: { root_message_id: hello.message.id, reply_count: 0, last_reply_author_ids: [bob.user.id] },
  });
  const thread = await ann.client.ok("GET", `/api/messages/${hello.message.id}/thread`);
  expect(thread.replies).toMatchObject([{ id: reply.message.id, body: "", thread_seq: 1 }]);
  expect(thread.replies[0].deleted_at).toBeDefined();
});

it("what was there before a member came is replayed from the beginning", async () => {
  const ann = await clickclack.client.signUp("Ann");
  const bob = await clickclack.client.signUp("Bob");
  const workspace = await ann.client.createWorkspace();
  const channel = await ann.client.createChannel(workspace.id);
  const { event } = await ann.client.post(channel.id, "early");
  await clickclack.operator.addMember(workspace.id, bob.user.id);
  const socket = await clickclack.watch({ workspaceId: workspace.id, headers: bob.client.headers });
  await socket.barrier();
  expect(types(socket.events)).toEqual(["channel.created", "message.created"]);
  expect(socket.events[1]).toEqual(event);
});

it("a private channel's creator sees it come into being, live as on replay", async () => {
  const workspace = await clickclack.client.createWorkspace();
  const live = await clickclack.watch({ workspaceId: workspace.id });
  await live.barrier();
  const channel = await clickclack.client.createChannel(workspace.id, "secret", "private");
  await clickclack.client.post(channel.id, "psst");
  await live.barrier();
  const replayed = await clickclack.watch({ workspaceId: workspace.id });
  await replayed.barrier();
  expect(types(live.events)).toEqual(["channel.created", "message.created"]);
  expect(replayed.events).toEqual(live.events);
});
