import { expect, test } from "vitest";
import { defaultAddress, parseIdleTimeout, SettingsError } from "./Settings.ts";

test.each([
  ["24h", 86_400_000],
  ["30m", 1_800_000],
  ["90s", 90_000],
  ["500ms", 500],
  ["7d", 604_800_000],
  ["90", 90_000],
  [" 2s ", 2_000],
  ["0", 0],
  ["0s", 0],
])("sessions may lie idle for %j", (text, ms) => {
  expect(parseIdleTimeout(text)).toBe(ms);
});

test.each(["", "soon", "-1", "1.5h", "1e3", "24 h", "1w", "1ms", "9999d", "0x10", "9".repeat(40)])(
  "%j is no such time",
  (text) => {
    expect(() => parseIdleTimeout(text)).toThrow(SettingsError);
  },
);

test("a port of the environment is one of this machine alone", () => {
  expect(defaultAddress(undefined)).toBe("127.0.0.1:8080");
  expect(defaultAddress("")).toBe("127.0.0.1:8080");
  expect(defaultAddress("9000")).toBe("127.0.0.1:9000");
  for (const none of ["x", "70000", "-1", "80:80"]) expect(() => defaultAddress(none)).toThrow(SettingsError);
});
