import { createHash } from "node:crypto";
import { MemoryReservations } from "@clickclack/eventsourcing/Reservations";
import { expect, test } from "vitest";
import type { IrcSettings } from "../IrcSettings.ts";
import { isWorth, requireWork } from "./proofOfWork.ts";

const now = Date.UTC(2026, 10, 28, 12);
const mint = (bits: number, day: string, resource = "irc.test", random = "abc"): string => {
  for (let n = 0; ; n++) {
    const stamp = `1:${bits}:${day}:${resource}::${random}:${n}`;
    if (createHash("sha256").update(stamp).digest().readUInt16BE(0) >> (16 - bits) === 0) return stamp;
  }
};

test("a stamp of today with enough zero bits for this server is good", () => {
  const options = { bits: 8, resource: "irc.test", now };
  expect(isWorth(mint(8, "261128"), options)).toBe(true);
  expect(isWorth(mint(10, "261128"), options)).toBe(true);
  expect(isWorth(mint(8, "261128"), { ...options, bits: 12 })).toBe(false);
  expect(isWorth(mint(8, "261101"), options)).toBe(false);
  expect(isWorth(mint(8, "261128", "elsewhere"), options)).toBe(false);
  expect(isWorth("x", options)).toBe(false);
});

test("a stamp is good once", async () => {
  const day = new Date().toISOString().slice(2, 10).replaceAll("-", "");
  const settings = { hashcashBits: 6, serverName: "irc.test" } as IrcSettings;
  const reservations = new MemoryReservations();
  const stamp = mint(6, day);
  await requireWork(settings, reservations, stamp);
  await expect(requireWork(settings, reservations, stamp)).rejects.toThrow("used already");
  await expect(requireWork(settings, reservations, undefined)).rejects.toMatchObject({ status: 402 });
});
