import { READS_PREFIX, READS_STREAM } from "@clickclack/protocol/nats/Subjects";
import { afterAll } from "vitest";
import { freshNats } from "../../../test/support/services.ts";
import { JetStreamLastValues } from "./JetStreamLastValues.ts";
import { lastValuesContract } from "./testing/LastValuesContract.ts";
import { connectFor, counterLog } from "./testing/natsFixture.ts";

lastValuesContract("JetStreamLastValues", async () => {
  const nats = await connectFor((await freshNats()).url, afterAll);
  await counterLog(nats);
  return new JetStreamLastValues(nats, READS_STREAM, READS_PREFIX, (stored) => stored as unknown as number);
});
