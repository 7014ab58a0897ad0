import { MemoryReservations } from "@clickclack/eventsourcing/Reservations";
import { newId } from "@clickclack/protocol/Ids";
import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { InviteCodes } from "./InviteCodes.ts";

const codes = (key = "key") => {
  const sign = (text: string) => createHmac("sha256", key).update(text).digest();
  return new InviteCodes({ sign, reservations: new MemoryReservations() });
};
const place = { workspaceId: newId("wsp"), inviteId: newId("inv") };

test("a code leads to its invite, however it is typed, and the id leads to its workspace", async () => {
  const all = codes();
  await all.register(place);
  const code = all.codeOf(place.inviteId);
  expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{20}$/);
  expect(await all.find(code)).toEqual(place);
  expect(await all.find(` ${code.toUpperCase()} `)).toEqual(place);
  expect(await all.workspaceOf(place.inviteId)).toBe(place.workspaceId);
});

test("codes differ by invite and by key, and one that was not registered leads nowhere", async () => {
  const all = codes();
  await all.register(place);
  const other = codes("other").codeOf(place.inviteId);
  expect(other).not.toBe(all.codeOf(place.inviteId));
  expect(all.codeOf(newId("inv"))).not.toBe(all.codeOf(place.inviteId));
  for (const wrong of [other, "", "x", place.inviteId, "*", `${all.codeOf(place.inviteId)}0`])
    expect(await all.find(wrong)).toBeUndefined();
});
