import { describe, expect, test } from "vitest";
import { readIrcSettings } from "./ircSettings.ts";
import { parseDuration } from "./readEnvironment.ts";

const deployment = { node: "here", workspace: async () => undefined, open: () => true };
const read = (env: Record<string, string> = {}) => readIrcSettings(env, deployment);

describe("durations", () => {
  test.each([
    ["24h", 86_400_000],
    ["1h30m", 5_400_000],
    ["90s", 90_000],
    ["500ms", 500],
    ["45", 45_000],
    ["0.5", 500],
  ])("%s", (text, ms) => {
    expect(parseDuration("X", text)).toBe(ms);
  });

  test.each(["", "0", "-1s", "1d", "h", "1h 2m", "x"])("%j is none", (text) => {
    expect(() => parseDuration("X", text)).toThrow("no duration");
  });
});

test("without an environment everything has a value, and nothing listens", () => {
  expect(read()).toMatchObject({
    serverName: "clickclack.local",
    sessionIdleMs: 86_400_000,
    maxMessageSize: 4_096,
    hashcashBits: 0,
  });
  expect(read().listen).toBeUndefined();
});

test("a message of the day may hold newlines, and be empty", () => {
  expect(read({ MOTD: "one\ntwo" }).motd).toEqual(["one", "two"]);
  expect(read({ MOTD: "" }).motd).toEqual([]);
});

test.each([
  [{ SERVER_NAME: "a b" }, "SERVER_NAME"],
  [{ HASHCASH_BITS: "-1" }, "HASHCASH_BITS"],
  [{ MAX_MESSAGE_SIZE: "x" }, "MAX_MESSAGE_SIZE"],
  [{ SESSION_IDLE_TIMEOUT: "soon" }, "SESSION_IDLE_TIMEOUT"],
  [{ IRC_LISTEN_ADDR: "nowhere" }, "no address"],
  [{ IRC_TLS_LISTEN_ADDR: ":6697" }, "IRC_TLS_CERT"],
  [{ LOGIN_RATE_LIMIT: "0" }, "LOGIN_RATE_LIMIT"],
])("%j is refused with a sentence that names it", (env, name) => {
  expect(() => read(env as unknown as Record<string, string>)).toThrow(name);
});
