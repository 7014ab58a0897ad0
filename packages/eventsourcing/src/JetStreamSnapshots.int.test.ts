import { expect, test } from "vitest";
import { freshNats } from "../../../test/support/services.ts";
import { newId } from "@clickclack/protocol/Ids";
import { JetStreamSnapshots } from "./JetStreamSnapshots.ts";
import { connectFor } from "./testing/natsFixture.ts";

const snapshot = (version: number, text: string) => ({
  format: 1,
  version,
  seq: version * 2,
  state: { text },
  keys: [["k", "f", 1, 2, 3, 4]] as const,
  commands: [["cmd_1", 2, 3, 4]] as const,
});

test("a snapshot comes back as it was saved, the newest of its aggregate", async () => {
  const { url } = await freshNats();
  const snapshots = await JetStreamSnapshots.open(await connectFor(url), 1);
  const aggregate = newId("wsp");
  expect(await snapshots.load("chat", aggregate)).toBeUndefined();
  await snapshots.save("chat", aggregate, snapshot(1, "old"));
  await snapshots.save("chat", aggregate, snapshot(2, "new 🎉"));
  const elsewhere = await JetStreamSnapshots.open(await connectFor(url), 1);
  expect(await elsewhere.load("chat", aggregate)).toEqual(snapshot(2, "new 🎉"));
  expect(await elsewhere.load("identity", aggregate)).toBeUndefined();
});

test("a snapshot of many megabytes comes back whole, also while it is saved again", async () => {
  const snapshots = await JetStreamSnapshots.open(await connectFor((await freshNats()).url), 1);
  const aggregate = newId("wsp");
  const text = Array.from({ length: 100_000 }, () => newId("evt")).join("");
  await snapshots.save("chat", aggregate, snapshot(1, text));
  const saving = snapshots.save("chat", aggregate, snapshot(2, text));
  const during = await snapshots.load("chat", aggregate).catch(() => undefined);
  if (during) expect(during.state).toEqual({ text });
  await saving;
  expect(await snapshots.load("chat", aggregate)).toEqual(snapshot(2, text));
});
