import { ActorHost } from "@clickclack/eventsourcing/ActorHost";
import { loadAggregate } from "@clickclack/eventsourcing/Aggregate";
import { identityLog } from "@clickclack/eventsourcing/EventLog";
import { MemoryEventStore } from "@clickclack/eventsourcing/MemoryEventStore";
import { ownsAll } from "@clickclack/eventsourcing/Ownership";
import { MemoryReservations } from "@clickclack/eventsourcing/Reservations";
import { MemorySnapshots } from "@clickclack/eventsourcing/Snapshots";
import { MemoryThrottle } from "@clickclack/eventsourcing/Throttle";
import type { IdentityEvent } from "@clickclack/protocol/events/IdentityEvents";
import { AccountDecider } from "../account/Account.ts";
import { Accounts, type AccountsPorts } from "../Accounts.ts";
import { MemoryPasswordHasher } from "../password/MemoryPasswordHasher.ts";
import type { SendEnvelope } from "../sendAccountCommand.ts";
import { newSecretKey, Secrets } from "../secrets/Secrets.ts";
import { signingIn } from "../signin/signingIn.ts";

export const ANYBODY = { user_id: "usr_anybody" };
export const ann = { kind: "human", displayName: "Ann", email: "ann@example.org" } as const;

/** What accounts stand on, in memory; `way` may be put in another's place, to fail or to be slow. */
export const memoryPorts = () => {
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
  const way: { send: SendEnvelope } = { send: (envelope) => host.submit(envelope, 0) };
  const send: SendEnvelope = (...sent) => way.send(...sent);
  return { reservations, load, send, way };
};

/** Accounts in memory, with the rules that they have everywhere. */
export const memoryAccounts = (ports: Partial<AccountsPorts> = {}) => {
  const { reservations, load, send } = memoryPorts();
  const accounts = new Accounts({ send, reservations, load, ...ports });
  return { accounts, load, reservations, ...memorySigningIn(accounts, reservations) };
};

const memorySigningIn = (accounts: Accounts, reservations: MemoryReservations) => {
  // Time stands where it was set: a step of 30 seconds lasts as long as a test wants.
  const clock = { now: Date.now() };
  const hasher = new MemoryPasswordHasher();
  const throttle = new MemoryThrottle(() => clock.now);
  const ports = {
    accounts,
    reservations,
    throttle,
    secrets: new Secrets(newSecretKey()),
    now: () => clock.now,
  };
  return {
    clock,
    hasher,
    signInsWith: (other: MemoryPasswordHasher) => signingIn({ ...ports, hasher: other }).signIns,
    ...signingIn({ ...ports, hasher }),
  };
};

/** Twenty at once. */
export const twenty = <T>(make: (i: number) => Promise<T>) =>
  Promise.allSettled(Array.from({ length: 20 }, (_, i) => make(i)));

export const fulfilled = <T>(outcomes: ReadonlyArray<PromiseSettledResult<T>>) =>
  outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));

export const codes = (outcomes: ReadonlyArray<PromiseSettledResult<unknown>>) =>
  outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason.code as string] : []));
