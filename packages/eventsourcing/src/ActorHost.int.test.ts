import { newId } from "@clickclack/protocol/Ids";
import { expect, test } from "vitest";
import { freshNats } from "../../../test/support/services.ts";
import { JetStreamSnapshots } from "./JetStreamSnapshots.ts";
import { counterCommand } from "./testing/Counter.ts";
import { counterHost, storedEvents } from "./testing/counterHost.ts";
import { connectFor, counterLog } from "./testing/natsFixture.ts";

const EACH = 200;

test("two hosts that both believe they own an aggregate lose nothing and double nothing", async () => {
  const { url } = await freshNats();
  const aggregate = newId("wsp");
  const hosts = await Promise.all(
    [1, 2].map(async () => {
      const nats = await connectFor(url);
      const { store } = await counterLog(nats);
      return { ...counterHost({ store, snapshots: await JetStreamSnapshots.open(nats, 1) }), nats };
    }),
  );
  const scopes = ["a", "b", "c"];
  const sent = hosts.flatMap(({ submit }) =>
    Array.from({ length: EACH }, (_, i) => {
      const envelope = counterCommand(aggregate, { type: "Add", amount: 1, scope: scopes[i % 3]! });
      return submit(envelope).then((reply) => ({ id: envelope.id, reply }));
    }),
  );
  const answers = await Promise.all(sent);
  const events = await storedEvents(hosts[0]!.store, aggregate);
  expect(events).toHaveLength(2 * EACH);
  expect(events.at(-1)!.payload).toMatchObject({ total: 2 * EACH });
  for (const { id, reply } of answers) {
    expect(reply).toMatchObject({ _tag: "Accepted", replayed: false });
    const versions = reply._tag === "Accepted" ? reply.events.map(({ event }) => event.version) : [];
    expect(events.filter((event) => event.causation_id === id).map(({ version }) => version)).toEqual(
      versions,
    );
  }
});
