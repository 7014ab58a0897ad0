import { onTestFinished } from "vitest";
import { type EventLog, chatLog } from "../EventLog.ts";
import { JetStreamEventStore } from "../JetStreamEventStore.ts";
import { Nats } from "../nats/Nats.ts";
import { openStreams } from "../openStreams.ts";
import { type CounterEvent, upcastCounterEvent } from "./Counter.ts";

/** A connection that is closed when the test, or the suite, is over. */
export const connectFor = async (
  url: string,
  finished: (close: () => Promise<void>) => void = onTestFinished,
) => {
  const nats = await Nats.connect(url, "test");
  finished(() => nats.close());
  return nats;
};

/** A log of counters on a NATS account, made if need be. */
export const counterLog = async (
  nats: Nats,
  partitions = 1,
): Promise<{ readonly log: EventLog; readonly store: JetStreamEventStore<CounterEvent> }> => {
  const meta = await openStreams(nats, { partitions, replicas: 1 });
  const log = chatLog(meta.partitions);
  return { log, store: new JetStreamEventStore<CounterEvent>(nats, log, upcastCounterEvent) };
};
