import { IdentityEventSchemas, type IdentityEvent } from "@clickclack/protocol/events/IdentityEvents";
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ACCOUNT_EVENT_TYPES, accountAudit } from "./accountAudit.ts";

const folder = new URL("../../../protocol/src/events/golden/", import.meta.url);

/** One event of every type, as it is stored. */
const golden = readdirSync(folder)
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as IdentityEvent)
  .filter(({ type }) => Object.hasOwn(IdentityEventSchemas, type));

test("every event of an account is told, and of none what opens it", () => {
  expect(new Set(golden.map(({ type }) => type))).toEqual(new Set([...ACCOUNT_EVENT_TYPES, "session.used"]));
  for (const event of golden) {
    const told = JSON.stringify(accountAudit(event));
    const { hash, sealed, recovery_codes } = event.payload as Record<string, unknown>;
    for (const secret of [hash, sealed, ...((recovery_codes ?? []) as ReadonlyArray<string>)])
      if (typeof secret === "string") expect(told).not.toContain(secret);
  }
});
