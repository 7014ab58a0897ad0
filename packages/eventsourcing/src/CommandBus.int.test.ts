import { newId } from "@clickclack/protocol/Ids";
import { expect, onTestFinished, test, vi } from "vitest";
import { freshNats } from "../../../test/support/services.ts";
import { CommandBus, CommandListener } from "./CommandBus.ts";
import { type CounterCommand, counterCommand, type CounterEvent } from "./testing/Counter.ts";
import { acceptedVersions, counterHost } from "./testing/counterHost.ts";
import { connectFor, counterLog } from "./testing/natsFixture.ts";

const add = { type: "Add", amount: 1 } as const;

/** A worker with the one partition, and a bus on another connection that has no actors of its own. */
const setUp = async () => {
  const { url } = await freshNats();
  const worker = await connectFor(url);
  const { log, store } = await counterLog(worker);
  let owns = true;
  const counter = counterHost({ store, log, ownership: { holds: () => owns } });
  const listener = new CommandListener(worker, counter.host);
  const client = await connectFor(url);
  const bus = new CommandBus<CounterCommand, CounterEvent>(client, log, undefined);
  const local = new CommandBus<CounterCommand, CounterEvent>(client, log, counter.host);
  const own = (does: boolean) => {
    owns = does;
    if (does) listener.listen(0);
    else listener.leave(0);
    return worker.connection.flush();
  };
  await own(true);
  return { ...counter, worker, client, bus, local, own };
};

test("a command is carried out by the worker that listens, and its position is known there", async () => {
  const { bus, stored, aggregate } = await setUp();
  const reply = await bus.send(counterCommand(aggregate, add));
  expect(acceptedVersions(reply)).toEqual([1]);
  expect(await stored()).toHaveLength(1);
  expect(await bus.position(aggregate)).toEqual({ version: 1, seq: 1 });
  expect(await bus.send(counterCommand(aggregate, { type: "Add", amount: -1 }))).toMatchObject({
    _tag: "Rejected",
    rejection: { code: "invalid_request" },
  });
});

test("a command for an actor of this process does not travel", async () => {
  const { local, aggregate, client } = await setUp();
  const request = vi.spyOn(client.connection, "request");
  expect(acceptedVersions(await local.send(counterCommand(aggregate, add)))).toEqual([1]);
  expect(await local.position(aggregate)).toMatchObject({ version: 1 });
  expect(request).not.toHaveBeenCalled();
});

test("a command waits for a partition that is on the move", async () => {
  const { bus, aggregate, own } = await setUp();
  await own(false);
  const sent = bus.send(counterCommand(aggregate, add));
  await own(true);
  expect(acceptedVersions(await sent)).toEqual([1]);
});

test("without a worker the log tells the position, and a command is unavailable after a few seconds", async () => {
  const { bus, aggregate, own } = await setUp();
  await bus.send(counterCommand(aggregate, add));
  await own(false);
  expect(await bus.position(aggregate)).toEqual({ version: 1, seq: 1 });
  expect(await bus.position(newId("wsp"))).toEqual({ version: 0, seq: 0 });
  expect(await bus.send(counterCommand(aggregate, add))).toMatchObject({ _tag: "Unavailable" });
});

test("without NATS a command is unavailable at once", async () => {
  const { bus, aggregate, client } = await setUp();
  await client.close();
  expect(await bus.send(counterCommand(aggregate, add))).toMatchObject({ _tag: "Unavailable" });
  await expect(bus.position(aggregate)).rejects.toMatchObject({ name: "StoreUnavailable" });
});

test("a request that is no command leaves the worker unharmed", async () => {
  const warnings = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  onTestFinished(() => warnings.mockRestore());
  const { bus, client } = await setUp();
  for (const junk of ["", "{", "null", "{}"]) {
    client.connection.publish("command.chat.0", junk);
  }
  expect(acceptedVersions(await bus.send(counterCommand(newId("wsp"), add)))).toEqual([1]);
  expect(warnings).toHaveBeenCalledTimes(4);
});
