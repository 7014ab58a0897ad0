import { newId } from "@clickclack/protocol/Ids";
import { afterAll, describe, expect, test } from "vitest";
import { freshNats } from "../../../test/support/services.ts";
import { JetStreamReservations } from "./JetStreamReservations.ts";
import { MemoryReservations, type Reservations, reservationToken } from "./Reservations.ts";
import { connectFor, counterLog } from "./testing/natsFixture.ts";

const onJetStream = async () => {
  const nats = await connectFor((await freshNats()).url, afterAll);
  await counterLog(nats);
  return new JetStreamReservations(nats);
};

const cases: ReadonlyArray<readonly [string, () => Promise<Reservations>]> = [
  ["JetStreamReservations", onJetStream],
  ["MemoryReservations", async () => new MemoryReservations()],
];

describe.each(cases)("%s", (_, open) => {
  const opened = open();
  opened.catch(() => undefined);

  test("of twenty who claim a name at once one gets it, and all others learn who", async () => {
    const reservations = await opened;
    const holders = Array.from({ length: 20 }, () => newId("usr"));
    const results = await Promise.all(holders.map((holder) => reservations.claim("handle", "ann", holder)));
    const winners = holders.filter((_, i) => results[i]!._tag === "Claimed");
    expect(winners).toHaveLength(1);
    for (const result of results) {
      if (result._tag === "Taken") expect(result.reservation.holder).toBe(winners[0]);
    }
    expect((await reservations.find("handle", "ann"))!.holder).toBe(winners[0]);
  });

  test("claiming what one holds succeeds again", async () => {
    const reservations = await opened;
    await reservations.claim("handle", "bob", "usr_bob");
    expect(await reservations.claim("handle", "bob", "usr_bob")).toMatchObject({ _tag: "Claimed" });
  });

  test("a name is taken over at its revision only, and by one only", async () => {
    const reservations = await opened;
    await reservations.claim("email", "cy@example.org", "usr_gone");
    const { revision } = (await reservations.find("email", "cy@example.org"))!;
    const takers = Array.from({ length: 5 }, () => newId("usr"));
    const results = await Promise.all(
      takers.map((taker) => reservations.claim("email", "cy@example.org", taker, revision)),
    );
    expect(results.filter(({ _tag }) => _tag === "Claimed")).toHaveLength(1);
    const late = await reservations.claim("email", "cy@example.org", newId("usr"), revision);
    expect(late._tag).toBe("Taken");
  });

  test("a name that was given up is gone, and of twenty who claim it then one gets it", async () => {
    const reservations = await opened;
    await reservations.claim("handle", "eve", "usr_eve");
    await reservations.release("handle", "eve", "usr_other");
    expect((await reservations.find("handle", "eve"))!.holder).toBe("usr_eve");
    await reservations.release("handle", "eve", "usr_eve");
    expect(await reservations.find("handle", "eve")).toBeUndefined();
    const holders = Array.from({ length: 20 }, () => newId("usr"));
    const results = await Promise.all(holders.map((holder) => reservations.claim("handle", "eve", holder)));
    expect(results.filter(({ _tag }) => _tag === "Claimed")).toHaveLength(1);
    expect(holders).toContain((await reservations.find("handle", "eve"))!.holder);
  });

  test("a claim that was made anew outlives whoever meant to give the older one up", async () => {
    const reservations = await opened;
    const first = await reservations.claim("handle", "flo", "usr_flo");
    if (first._tag !== "Claimed") throw new Error("it was free");
    const anew = await reservations.claim("handle", "flo", "usr_flo", first.revision);
    expect(anew).toMatchObject({ _tag: "Claimed" });
    await reservations.release("handle", "flo", "usr_flo", first.revision);
    expect((await reservations.find("handle", "flo"))!.holder).toBe("usr_flo");
    await reservations.release("handle", "flo", "usr_flo", (anew as typeof first).revision);
    expect(await reservations.find("handle", "flo")).toBeUndefined();
  });

  test("the same key of another kind is another name", async () => {
    const reservations = await opened;
    await reservations.claim("handle", "dee", "usr_1");
    expect(await reservations.claim("slug", "dee", "usr_2")).toMatchObject({ _tag: "Claimed" });
    expect(await reservations.find("email", "dee")).toBeUndefined();
  });

  test.each(["two words", "a.b", "*", ">", "ÄÖ", "x".repeat(200)])(
    "the key %j is a name too",
    async (key) => {
      const reservations = await opened;
      expect(await reservations.claim("handle", key, "usr_1")).toMatchObject({ _tag: "Claimed" });
      expect(await reservations.claim("handle", key, "usr_2")).toMatchObject({ _tag: "Taken" });
    },
  );
});

test("a key stands in a subject as one token, different keys as different ones", () => {
  const keys = ["plain", "a.b", "a b", "A", "a", "*", ">", "é", "x".repeat(64)];
  const tokens = keys.map(reservationToken);
  expect(new Set(tokens).size).toBe(keys.length);
  for (const token of tokens) expect(token).toMatch(/^[a-z0-9_-]+$/);
});
