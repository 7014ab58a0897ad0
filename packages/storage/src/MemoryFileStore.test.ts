import { MemoryFileStore } from "./MemoryFileStore.ts";
import { fileStoreContract } from "./testing/FileStoreContract.ts";

fileStoreContract("MemoryFileStore", async () => ({ store: new MemoryFileStore(), close: async () => {} }));
