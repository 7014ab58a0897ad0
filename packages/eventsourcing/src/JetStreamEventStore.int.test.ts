import { afterAll, expect, test } from "vitest";
import { freshNats } from "../../../test/support/services.ts";
import { newId } from "@clickclack/protocol/Ids";
import { counterCommit, eventStoreContract } from "./testing/EventStoreContract.ts";
import { connectFor, counterLog } from "./testing/natsFixture.ts";
import { StoreUnavailable } from "./EventStore.ts";

eventStoreContract("JetStreamEventStore", async () => {
  const nats = await connectFor((await freshNats()).url, afterAll);
  return (await counterLog(nats)).store;
});

test("a closed connection makes every method fail as unavailable, at once", async () => {
  const nats = await connectFor((await freshNats()).url);
  const { store } = await counterLog(nats);
  await nats.close();
  const aggregate = newId("wsp");
  const route = { scope: "_", type: "counter.added" };
  const started = performance.now();
  const attempts = [
    store.append(aggregate, 0, route, counterCommit(aggregate, 1)),
    store.read(aggregate, 0, 1),
    store.readAt(aggregate, 1),
    store.position(aggregate),
  ];
  for (const attempt of attempts) await expect(attempt).rejects.toBeInstanceOf(StoreUnavailable);
  expect(performance.now() - started).toBeLessThan(1_000);
});
