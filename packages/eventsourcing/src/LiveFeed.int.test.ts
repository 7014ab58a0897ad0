import { newId } from "@clickclack/protocol/Ids";
import { expect, onTestFinished, test, vi } from "vitest";
import { freshNats } from "../../../test/support/services.ts";
import { until } from "../../../test/support/until.ts";
import type { StoredCommit } from "./EventStore.ts";
import { LiveFeed } from "./LiveFeed.ts";
import { type CounterEvent, upcastCounterEvent } from "./testing/Counter.ts";
import { counterCommit } from "./testing/EventStoreContract.ts";
import { connectFor, counterLog } from "./testing/natsFixture.ts";

const ROUTE = { scope: "chn_1", type: "counter.added" };

const setUp = async () => {
  const { url } = await freshNats();
  const { log, store } = await counterLog(await connectFor(url));
  const reader = await connectFor(url);
  return { store, reader, feed: new LiveFeed<CounterEvent>(reader, log, upcastCounterEvent) };
};

test("a commit arrives as it was stored, with its sequence, at those who follow its aggregate or all", async () => {
  const { store, feed } = await setUp();
  const [followed, other] = [newId("wsp"), newId("wsp")];
  const own: Array<StoredCommit<CounterEvent>> = [];
  const all: Array<StoredCommit<CounterEvent>> = [];
  await feed.follow(followed, (commit) => own.push(commit));
  const following = await feed.followAll(0, (commit) => all.push(commit));
  for (const aggregate of [other, followed])
    await store.append(aggregate, 0, ROUTE, counterCommit(aggregate, 1, 2));
  await until(() => all.length === 2 && own.length === 1, { what: "the commits" });
  expect(own).toEqual(await store.read(followed, 0, 10));
  expect(all).toEqual([...(await store.read(other, 0, 10)), ...own]);
  following.stop();
  await store.append(followed, own[0]!.seq, ROUTE, counterCommit(followed, 3));
  await until(() => own.length === 2, { what: "the next commit" });
  expect(all).toHaveLength(2);
});

test("a listener that throws, or a commit that cannot be read, does not end the feed", async () => {
  const warnings = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  onTestFinished(() => warnings.mockRestore());
  const { store, feed, reader } = await setUp();
  const aggregate = newId("wsp");
  const versions: Array<number> = [];
  await feed.follow(aggregate, ({ commit }) => {
    versions.push(commit.events[0]!.version);
    if (versions.length === 1) throw new Error("a bug in the listener");
  });
  const first = counterCommit(aggregate, 1);
  const result = await store.append(aggregate, 0, ROUTE, first);
  reader.connection.publish(`live.chat.0.${aggregate}._.counter.added`, "no commit");
  await reader.connection.flush();
  if (result._tag === "Appended")
    await store.append(aggregate, result.seq, ROUTE, counterCommit(aggregate, 2));
  await until(() => versions.length === 2, { what: "the commit after the bug" });
  expect(versions).toEqual([1, 2]);
  expect(warnings).toHaveBeenCalledTimes(2);
});
