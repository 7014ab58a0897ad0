import { expect, test } from "vitest";
import { freshNats } from "../../../test/support/services.ts";
import { openStreams } from "./openStreams.ts";
import { connectFor } from "./testing/natsFixture.ts";

test("opening the streams makes them once; partitions and epoch stay whatever is asked for later", async () => {
  const { url } = await freshNats();
  const nats = await connectFor(url);
  const first = await openStreams(nats, { partitions: 3, replicas: 1 });
  expect(first.partitions).toBe(3);
  expect(Math.abs(first.epoch - Date.now() / 1_000)).toBeLessThan(60);
  const created = (await nats.manager.streams.info("CHAT_0")).created;
  expect(await openStreams(await connectFor(url), { partitions: 7, replicas: 1 })).toEqual(first);
  expect((await nats.manager.streams.info("CHAT_0")).created).toBe(created);
  const names = await nats.manager.streams.names().next();
  expect(names.toSorted()).toEqual(["CHAT_0", "CHAT_1", "CHAT_2", "CLAIMS", "IDENTITY", "KV_meta", "READS"]);
});

test("nodes that start at once agree on one log", async () => {
  const { url } = await freshNats();
  const opened = await Promise.all(
    [2, 3, 4, 5].map(async (partitions) => openStreams(await connectFor(url), { partitions, replicas: 1 })),
  );
  expect(new Set(opened.map((meta) => JSON.stringify(meta))).size).toBe(1);
});

test("the logs are read directly and republished, the claims keep one message a name", async () => {
  const nats = await connectFor((await freshNats()).url);
  await openStreams(nats, { partitions: 1, replicas: 1 });
  const chat = (await nats.manager.streams.info("CHAT_0")).config;
  expect(chat).toMatchObject({ allow_direct: true, subjects: ["chat.0.>"], storage: "file" });
  expect(chat.republish).toMatchObject({ src: "chat.0.>", dest: "live.chat.0.>" });
  const claims = (await nats.manager.streams.info("CLAIMS")).config;
  expect(claims).toMatchObject({ max_msgs_per_subject: 1, allow_direct: true });
});
