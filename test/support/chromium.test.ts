import { expect, test } from "vitest";
import { findChromium } from "./chromium.ts";

test("CHROMIUM_PATH comes before everything else, and must be a program", () => {
  expect(findChromium({ CHROMIUM_PATH: process.execPath, PATH: "/usr/bin" })).toBe(process.execPath);
  expect(() => findChromium({ CHROMIUM_PATH: "/nowhere/chromium" })).toThrow(
    "CHROMIUM_PATH is /nowhere/chromium, which cannot be executed",
  );
});
