import { afterEach, describe, expect, test, vi } from "vitest";
import { Accounts } from "./Accounts.ts";
import { Profiles } from "./Profiles.ts";
import { ANYBODY, memoryPorts } from "./testing/memoryAccounts.ts";

const setUp = () => {
  const { way, ...ports } = memoryPorts();
  const { reservations, load } = ports;
  const [accounts, profiles] = [new Accounts(ports), new Profiles(ports)];
  const create = (handle: string) =>
    accounts.create({ kind: "human", displayName: "Ann", handle, email: `${handle}@example.org` }, ANYBODY);
  const holder = async (handle: string) => (await reservations.find("handle", handle))?.holder;
  return { accounts, profiles, create, holder, load, way, reservations };
};

const codeOf = (failure: unknown) => (failure as { readonly code?: string }).code;

afterEach(() => void vi.useRealTimers());

describe("a rename", () => {
  test("that another account is faster than holds nothing", async () => {
    const { profiles, create, holder } = setUp();
    const ids = await Promise.all(Array.from({ length: 20 }, (_, i) => create(`a${i + 10}`)));
    const outcomes = await Promise.allSettled(
      ids.map((id) => profiles.update(id, { handle: "wanted" }, ANYBODY)),
    );
    const winners = ids.filter((_, i) => outcomes[i]!.status === "fulfilled");
    expect(winners).toHaveLength(1);
    expect(await holder("wanted")).toBe(winners[0]);
    for (const outcome of outcomes)
      if (outcome.status === "rejected") expect(codeOf(outcome.reason)).toBe("name_taken");
  });

  test("that the account refuses gives its claim up", async () => {
    const { accounts, profiles, create, holder } = setUp();
    const id = await create("ann");
    await accounts.deactivate(id, ANYBODY);
    await expect(profiles.update(id, { handle: "cy" }, ANYBODY)).rejects.toMatchObject({ code: "forbidden" });
    expect(await holder("cy")).toBeUndefined();
    expect(await holder("ann")).toBe(id);
  });

  test("of which nobody knows what became is free to others a minute later, if nothing did", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { profiles, create, holder, way } = setUp();
    const [ann, eve] = [await create("ann"), await create("eve")];
    const { send } = way;
    way.send = async () => ({ _tag: "Unavailable", message: "no worker" });
    await expect(profiles.update(ann, { handle: "cy" }, ANYBODY)).rejects.toMatchObject({
      code: "unavailable",
    });
    way.send = send;
    await expect(profiles.update(eve, { handle: "cy" }, ANYBODY)).rejects.toMatchObject({
      code: "name_taken",
    });
    vi.setSystemTime(Date.now() + 60_001);
    await profiles.update(eve, { handle: "cy" }, ANYBODY);
    expect(await holder("cy")).toBe(eve);
  });

  test("of which the answer was lost keeps what it got, however long ago that was", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { profiles, create, holder, way, load } = setUp();
    const [ann, eve] = [await create("ann"), await create("eve")];
    const { send } = way;
    way.send = async (envelope) => {
      await send(envelope);
      return { _tag: "Unavailable", message: "no answer" };
    };
    await expect(profiles.update(ann, { handle: "cy" }, ANYBODY)).rejects.toMatchObject({
      code: "unavailable",
    });
    way.send = send;
    expect((await load(ann))!.handle).toBe("cy");
    vi.setSystemTime(Date.now() + 3_600_000);
    for (const handle of ["cy", "ann"])
      await expect(profiles.update(eve, { handle }, ANYBODY)).rejects.toMatchObject({ code: "name_taken" });
    expect(await holder("cy")).toBe(ann);
  });

  test("takes an old claim of its own anew, so that nobody finds it abandoned meanwhile", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { profiles, create, way, reservations, holder } = setUp();
    const [ann, eve] = [await create("ann"), await create("eve")];
    await reservations.claim("handle", "cy", ann);
    vi.setSystemTime(Date.now() + 3_600_000);
    const { send } = way;
    way.send = async (envelope) => {
      way.send = send;
      await expect(profiles.update(eve, { handle: "cy" }, ANYBODY)).rejects.toMatchObject({
        code: "name_taken",
      });
      return send(envelope);
    };
    await profiles.update(ann, { handle: "cy" }, ANYBODY);
    expect(await holder("cy")).toBe(ann);
  });

  test("back and forth keeps two handles, and never a third", async () => {
    const { profiles, create, holder } = setUp();
    const id = await create("ann");
    for (const handle of ["bo", "ann", "bo", "cy", "bo"]) await profiles.update(id, { handle }, ANYBODY);
    expect(await Promise.all(["bo", "cy", "ann"].map(holder))).toEqual([id, id, undefined]);
  });
});

test("a deleted account gives up its email, its handles and its accounts at providers, and takes one that nobody chose", async () => {
  const { accounts, profiles, create, holder, load } = setUp();
  const id = await create("ann");
  await profiles.update(id, { handle: "annb" }, ANYBODY);
  const atProvider = { provider: "github", issuer: "https://github.example", subject: "1" };
  await accounts.link(id, atProvider, ANYBODY);
  await profiles.delete(id, ANYBODY);
  await profiles.delete(id, ANYBODY);
  expect(await accounts.findByIdentity(atProvider)).toBeUndefined();
  await accounts.link(await create("other"), atProvider, ANYBODY);
  expect(await Promise.all(["ann", "annb"].map(holder))).toEqual([undefined, undefined]);
  expect(await accounts.findByEmail("ann@example.org")).toBeUndefined();
  const { handle, email, displayName } = (await load(id))!;
  expect({ handle, email, displayName }).toEqual({
    handle: `deleted-${id.slice(-8)}`,
    email: undefined,
    displayName: "Deleted user",
  });
  expect(await holder(handle)).toBe(id);
  expect(await create("ann")).not.toBe(id);
});

test("an account whose handle was given away does not come back under it", async () => {
  const { accounts, profiles, create, reservations } = setUp();
  const id = await create("ann");
  await accounts.deactivate(id, ANYBODY);
  await reservations.release("handle", "ann", id);
  await profiles.update(await create("eve"), { handle: "ann" }, ANYBODY);
  await expect(profiles.reactivate(id, ANYBODY)).rejects.toMatchObject({ code: "name_taken" });
});

test("names that a deleted account could not give up are free a minute later", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const { accounts, profiles, create, reservations } = setUp();
  const id = await create("ann");
  const { release } = reservations;
  reservations.release = async () => {
    throw new Error("the process dies here");
  };
  await expect(profiles.delete(id, ANYBODY)).rejects.toThrow("dies here");
  reservations.release = release;
  expect(await accounts.findByEmail("ann@example.org")).toBeUndefined();
  vi.setSystemTime(Date.now() + 60_001);
  expect(await create("ann")).not.toBe(id);
});
