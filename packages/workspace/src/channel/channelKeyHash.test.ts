import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { channelKeyHash, saidKeyHash } from "./channelKeyHash.ts";

test("a key opens its channel by whatever id it was imported", () => {
  const modes = { key_hash: channelKeyHash("5a17", "sesame") };
  expect(modes.key_hash).not.toContain("sesame");
  for (const id of ["chn_here", "chn_there"]) {
    expect(saidKeyHash({ id, modes }, "sesame")).toBe(modes.key_hash);
    expect(saidKeyHash({ id, modes }, "thyme")).not.toBe(modes.key_hash);
  }
});

test("keys of before salts stood with them go on to be good", () => {
  const key_hash = createHash("sha256").update("chn_here sesame").digest("hex");
  expect(saidKeyHash({ id: "chn_here", modes: { key_hash } }, "sesame")).toBe(key_hash);
  expect(saidKeyHash({ id: "chn_there", modes: {} }, "sesame")).not.toBe(key_hash);
});
