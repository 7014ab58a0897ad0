import { MemoryEventStore } from "./MemoryEventStore.ts";
import { eventStoreContract } from "./testing/EventStoreContract.ts";

eventStoreContract("MemoryEventStore", async () => new MemoryEventStore());
