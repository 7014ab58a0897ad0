import { goldenProblems } from "@clickclack/eventsourcing/testing/goldenProblems";
import { IdentityEventSchemas } from "@clickclack/protocol/events/IdentityEvents";
import { expect, test } from "vitest";
import { upcastIdentityEvent } from "./account/Account.ts";

const folder = new URL("../../protocol/src/events/golden/", import.meta.url);

test("identity events of every format that was ever stored become today's", () => {
  expect(goldenProblems({ folder, schemas: IdentityEventSchemas, upcast: upcastIdentityEvent })).toEqual([]);
});
