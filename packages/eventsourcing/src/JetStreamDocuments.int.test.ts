import { afterAll } from "vitest";
import { freshNats } from "../../../test/support/services.ts";
import { JetStreamDocuments } from "./JetStreamDocuments.ts";
import { documentsContract } from "./testing/DocumentsContract.ts";
import { connectFor } from "./testing/natsFixture.ts";

documentsContract("JetStreamDocuments", async () => {
  const nats = await connectFor((await freshNats()).url, afterAll);
  const documents = await JetStreamDocuments.open<number>(nats, "documents", 1);
  afterAll(() => documents.close());
  return documents;
});
