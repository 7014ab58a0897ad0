import { newId } from "@clickclack/protocol/Ids";
import { ActorHost, type ActorHostOptions } from "../ActorHost.ts";
import type { CommandReply } from "../CommandReply.ts";
import type { CommandEnvelope } from "../Decider.ts";
import { chatLog } from "../EventLog.ts";
import { MemoryEventStore } from "../MemoryEventStore.ts";
import { ownsAll } from "../Ownership.ts";
import { MemorySnapshots } from "../Snapshots.ts";
import {
  type CounterCommand,
  CounterDecider,
  type CounterEvent,
  type CounterState,
  counterCommand,
} from "./Counter.ts";
import { InterceptedEventStore } from "./InterceptedEventStore.ts";

export type CounterReply = CommandReply<CounterEvent>;
type Options = ActorHostOptions<CounterState, CounterCommand, CounterEvent>;

/** A host of counters on a store in memory, and one aggregate to talk to. */
export const counterHost = (options: Partial<Options> = {}) => {
  const store = new InterceptedEventStore<CounterEvent>(options.store ?? new MemoryEventStore());
  const host = new ActorHost<CounterState, CounterCommand, CounterEvent>({
    log: chatLog(1),
    decider: CounterDecider,
    snapshots: new MemorySnapshots(),
    ownership: ownsAll,
    ...options,
    store,
  });
  const aggregate = newId("wsp");
  const submit = (envelope: CommandEnvelope<CounterCommand>): Promise<CounterReply> =>
    host.submit(envelope, JSON.stringify(envelope).length);
  return {
    store,
    host,
    aggregate,
    submit,
    send: (command: CounterCommand, given: Parameters<typeof counterCommand>[2] = {}) =>
      submit(counterCommand(aggregate, command, given)),
    /** The aggregate's events as they are stored, after a check that their versions leave no gap. */
    stored: async () => storedEvents(store, aggregate),
  };
};

/** An aggregate's stored events; throws when a version is missing or occurs twice. */
export const storedEvents = async (
  store: Pick<InterceptedEventStore<CounterEvent>, "read">,
  aggregate: string,
): Promise<ReadonlyArray<CounterEvent>> => {
  const commits = await store.read(aggregate, 0, 1_000_000);
  const events = commits.flatMap(({ commit }) => commit.events);
  for (const [i, event] of events.entries()) {
    if (event.version !== i + 1) throw new Error(`version ${i + 1} expected, ${event.version} found`);
  }
  return events;
};

/** Holds whatever runs through it until it is opened. */
export const gate = () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  return {
    /** Resolves once something waits at the gate. */
    arrived: arrived.promise,
    open: () => resolve(),
    hold: async <T>(step: () => Promise<T>): Promise<T> => {
      arrived.resolve();
      await promise;
      return step();
    },
  };
};

/** The versions that a reply reports; throws for any reply but an accepting one. */
export const acceptedVersions = (reply: CounterReply): ReadonlyArray<number> => {
  if (reply._tag !== "Accepted") throw new Error(`not accepted: ${JSON.stringify(reply)}`);
  return reply.events.map(({ event }) => event.version);
};
