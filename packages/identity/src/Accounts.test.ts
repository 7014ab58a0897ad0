import { ActorHost } from "@clickclack/eventsourcing/ActorHost";
import { loadAggregate } from "@clickclack/eventsourcing/Aggregate";
import { identityLog } from "@clickclack/eventsourcing/EventLog";
import { MemoryEventStore } from "@clickclack/eventsourcing/MemoryEventStore";
import { ownsAll } from "@clickclack/eventsourcing/Ownership";
import { MemoryReservations } from "@clickclack/eventsourcing/Reservations";
import { MemorySnapshots } from "@clickclack/eventsourcing/Snapshots";
import type { IdentityEvent } from "@clickclack/protocol/events/IdentityEvents";
import { afterEach, describe, expect, test, vi } from "vitest";
import { AccountDecider } from "./account/Account.ts";
import { Accounts, type AccountsPorts } from "./Accounts.ts";
import { parseToken } from "./credential/Token.ts";

const ANYBODY = { user_id: "usr_anybody" };
const ann = { kind: "human", displayName: "Ann", email: "ann@example.org" } as const;

const setUp = (ports: Partial<AccountsPorts> = {}) => {
  const store = new MemoryEventStore<IdentityEvent>();
  const snapshots = new MemorySnapshots();
  const host = new ActorHost({
    log: identityLog,
    decider: AccountDecider,
    store,
    snapshots,
    ownership: ownsAll,
  });
  const reservations = new MemoryReservations();
  const load = async (id: string) => {
    const { state } = await loadAggregate(AccountDecider, store, snapshots, id);
    return state.exists ? state : undefined;
  };
  const accounts = new Accounts({
    send: (envelope) => host.submit(envelope, 0),
    reservations,
    load,
    ...ports,
  });
  return { accounts, load, reservations };
};

const twenty = <T>(make: (i: number) => Promise<T>) =>
  Promise.allSettled(Array.from({ length: 20 }, (_, i) => make(i)));

const fulfilled = <T>(outcomes: ReadonlyArray<PromiseSettledResult<T>>) =>
  outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));

const codes = (outcomes: ReadonlyArray<PromiseSettledResult<unknown>>) =>
  outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason.code as string] : []));

afterEach(() => void vi.useRealTimers());

describe("creating accounts", () => {
  test("of twenty with one email at once one succeeds", async () => {
    const { accounts, load } = setUp();
    const outcomes = await twenty((i) => accounts.create({ ...ann, displayName: `Ann ${i}` }, ANYBODY));
    const ids = fulfilled(outcomes);
    expect(ids).toHaveLength(1);
    expect(new Set(codes(outcomes))).toEqual(new Set(["conflict"]));
    expect((await accounts.findByEmail(" ANN@example.org "))!.id).toBe(ids[0]);
    expect((await load(ids[0]!))!.email).toBe("ann@example.org");
  });

  test("of twenty with one explicit handle at once one succeeds", async () => {
    const { accounts } = setUp();
    const outcomes = await twenty(() =>
      accounts.create({ kind: "human", displayName: "A", handle: "@Ann" }, ANYBODY),
    );
    expect(fulfilled(outcomes)).toHaveLength(1);
    expect(new Set(codes(outcomes))).toEqual(new Set(["name_taken"]));
  });

  test("twenty of one name at once get twenty handles", async () => {
    const { accounts, load } = setUp();
    const ids = fulfilled(
      await twenty(() => accounts.create({ kind: "human", displayName: "Ann" }, ANYBODY)),
    );
    const handles = await Promise.all(ids.map(async (id) => (await load(id))!.handle));
    expect(handles.toSorted()).toEqual(
      ["ann", ...Array.from({ length: 19 }, (_, i) => `ann-${i + 2}`)].toSorted(),
    );
  });

  test("a name that everybody has gets a handle too", async () => {
    const { accounts, load, reservations } = setUp();
    for (let n = 1; n <= 50; n++)
      await reservations.claim("handle", n === 1 ? "ann" : `ann-${n}`, "usr_other");
    const id = await accounts.create({ kind: "human", displayName: "Ann" }, ANYBODY);
    expect((await load(id))!.handle).toMatch(/^ann-[0-9a-z]{8}$/);
  });

  test("an explicit handle must be well formed", async () => {
    const { accounts } = setUp();
    const create = accounts.create({ kind: "human", displayName: "Ann", handle: "not a handle" }, ANYBODY);
    await expect(create).rejects.toMatchObject({ code: "invalid_request" });
  });

  test("twenty who sign in with one new email at once are one account", async () => {
    const { accounts } = setUp();
    const ids = fulfilled(await twenty(() => accounts.findOrCreate(ann, ANYBODY)));
    expect(ids).toHaveLength(20);
    expect(new Set(ids).size).toBe(1);
    expect(await accounts.findOrCreate(ann, ANYBODY)).toBe(ids[0]);
  });

  test("an email claimed for an account that never came to be is free again after a minute, for one", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { accounts, reservations } = setUp();
    await reservations.claim("email", ann.email, "usr_never_created");
    await expect(accounts.create(ann, ANYBODY)).rejects.toMatchObject({ code: "conflict" });
    vi.setSystemTime(Date.now() + 60_001);
    const outcomes = await twenty(() => accounts.create(ann, ANYBODY));
    expect(fulfilled(outcomes)).toHaveLength(1);
    expect((await accounts.findByEmail(ann.email))!.id).toBe(fulfilled(outcomes)[0]);
  });

  test("an email of an existing account stays taken however long ago it was claimed", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { accounts } = setUp();
    await accounts.create(ann, ANYBODY);
    vi.setSystemTime(Date.now() + 3_600_000);
    await expect(accounts.create(ann, ANYBODY)).rejects.toMatchObject({ code: "conflict" });
  });

  test("a worker that cannot be reached is a failure to be tried again", async () => {
    const { accounts } = setUp({ send: async () => ({ _tag: "Unavailable", message: "no worker" }) });
    await expect(accounts.create(ann, ANYBODY)).rejects.toMatchObject({ code: "unavailable", status: 503 });
  });
});

describe("a one-time link", () => {
  const withLink = async () => {
    const context = setUp();
    const id = await context.accounts.create(ann, ANYBODY);
    return { ...context, id, link: await context.accounts.issueMagicLink(id, ANYBODY) };
  };

  test("opens one session, however many use it at once", async () => {
    const { accounts, link, id, load } = await withLink();
    const outcomes = await twenty(() => accounts.consumeMagicLink(link.token));
    const [session, ...more] = fulfilled(outcomes);
    expect(more).toEqual([]);
    expect(new Set(codes(outcomes))).toEqual(new Set(["invalid_request"]));
    expect(session!.accountId).toBe(id);
    const stored = (await load(id))!.credentials;
    expect([...stored.keys()]).toEqual([session!.credentialId]);
    expect(stored.get(session!.credentialId)).toMatchObject({
      kind: "session",
      hash: parseToken(session!.token)!.hash,
      expiresAt: session!.expiresAt,
    });
  });

  test("opens nothing after a quarter of an hour", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { accounts, link } = await withLink();
    vi.setSystemTime(Date.parse(link.expiresAt!));
    await expect(accounts.consumeMagicLink(link.token)).rejects.toMatchObject({ code: "invalid_request" });
  });

  test("tells nobody why it opens nothing", async () => {
    const { accounts, link, id } = await withLink();
    const token = await accounts.issueToken(id, "script", ANYBODY);
    const other = setUp().accounts;
    const failures = await Promise.all([
      accounts.consumeMagicLink("nonsense").catch((error: unknown) => error),
      accounts.consumeMagicLink(token.token).catch((error: unknown) => error),
      accounts.consumeMagicLink(`${link.token.slice(0, -2)}00`).catch((error: unknown) => error),
      other.consumeMagicLink(link.token).catch((error: unknown) => error),
      accounts
        .deactivate(id, ANYBODY)
        .then(() => accounts.consumeMagicLink(link.token).catch((error: unknown) => error)),
    ]);
    for (const failure of failures) {
      expect(failure).toMatchObject({
        code: "invalid_request",
        message: "this link is unknown, used or expired",
      });
    }
  });
});

test("a bot is opened by tokens with scopes for one workspace alone", async () => {
  const { accounts, load } = setUp();
  const owner = await accounts.create(ann, ANYBODY);
  const id = await accounts.create({ kind: "bot", displayName: "Bot", ownerUserId: owner }, ANYBODY);
  expect(await load(id)).toMatchObject({ kind: "bot", ownerUserId: owner });
  const wanted = { name: "deploys", scopes: ["messages:read"] as const, workspaceId: "wsp_acme" };
  const issued = await accounts.issueBotToken(id, wanted, ANYBODY);
  expect(parseToken(issued.token)).toMatchObject({ prefix: "ccb", accountId: id });
  expect((await load(id))!.credentials.get(issued.credentialId)).toMatchObject({ ...wanted, kind: "token" });
  for (const refused of [accounts.issueToken(id, "all", ANYBODY), accounts.issueMagicLink(id, ANYBODY)])
    await expect(refused).rejects.toMatchObject({ code: "not_allowed_for_bots" });
  expect((await load(id))!.credentials.size).toBe(1);
});

test("a token is stored by its name and hash, and gone once it is revoked", async () => {
  const { accounts, load } = setUp();
  const id = await accounts.create(ann, ANYBODY);
  const issued = await accounts.issueToken(id, "script", ANYBODY);
  expect(issued.expiresAt).toBeUndefined();
  const { hash, accountId } = parseToken(issued.token)!;
  expect(accountId).toBe(id);
  expect((await load(id))!.credentials.get(issued.credentialId)).toMatchObject({ name: "script", hash });
  await accounts.revoke(id, issued.credentialId, ANYBODY);
  expect((await load(id))!.credentials.size).toBe(0);
  await expect(accounts.revoke(id, issued.credentialId, ANYBODY)).rejects.toMatchObject({
    code: "not_found",
  });
});
