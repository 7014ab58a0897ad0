import { describe, expect, test } from "vitest";
import { parseRate, readTerminalSettings } from "./terminalSettings.ts";

const deployment = { node: "n", workspace: async () => undefined, guests: () => true };
const flags = { history: true, logMessages: false };

describe("how often messages may be sent", () => {
  test.each([
    ["10/10:20", { everyMs: 1_000, burst: 20 }],
    ["5/1", { everyMs: 200, burst: 5 }],
    ["1/0.5:3", { everyMs: 500, burst: 3 }],
    ["off", undefined],
  ])("is read from %s", (text, rate) => expect(parseRate(text)).toEqual(rate));

  test.each(["0/1", "1/0", "x", "10", "10/10:0", "-1/1", "1/1:1:1"])("is not %s", (text) =>
    expect(() => parseRate(text)).toThrow(/TERMINAL_RATE_LIMIT is .*; write MESSAGES/),
  );
});

describe("the settings", () => {
  test("have defaults", () => {
    expect(readTerminalSettings({}, flags, deployment)).toEqual({
      ...deployment,
      ...flags,
      idleMs: 1_800_000,
      maxConnections: 20_000,
      metrics: false,
      rate: { everyMs: 1_000, burst: 20 },
    });
  });

  test("are read from the environment", () => {
    const env = { METRICS: "1", TERMINAL_IDLE_TIMEOUT: "3s", TERMINAL_RATE_LIMIT: "off" };
    expect(readTerminalSettings(env, flags, deployment)).toMatchObject({ metrics: true, idleMs: 3_000 });
    expect(() => readTerminalSettings({ TERMINAL_IDLE_TIMEOUT: "soon" }, flags, deployment)).toThrow(
      "TERMINAL_IDLE_TIMEOUT is soon",
    );
  });
});
