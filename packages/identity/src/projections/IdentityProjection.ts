import type { Projection } from "@clickclack/database/ReadModel";
import type { IdentityEvent } from "@clickclack/protocol/events/IdentityEvents";
import { Users } from "./Users.ts";

/** What is read of accounts; its views are in the schema `identity`. */
export const IdentityProjection: Projection<IdentityEvent> = {
  name: "identity",
  format: 2,
  readModels: [Users],
};
