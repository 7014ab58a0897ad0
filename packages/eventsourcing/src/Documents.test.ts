import { MemoryDocuments } from "./Documents.ts";
import { documentsContract } from "./testing/DocumentsContract.ts";

documentsContract("MemoryDocuments", async () => new MemoryDocuments());
