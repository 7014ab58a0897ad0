import { describe, expect, test } from "vitest";
import { decodeCommand } from "./decodeCommand.ts";

describe("a message of the first generation", () => {
  test.each([
    [{ to: "#c", content: "hi" }],
    [{ to: "#c", body: "hi" }],
    [{ to: "#c", body: ["hi"] }],
    [{ channel: "#c", content: "hi" }],
  ])("%j", (body) => {
    expect(decodeCommand(body)).toEqual({ shape: "typed", command: "PRIVMSG", params: ["#c", "hi"] });
  });
});

describe("a command of the second generation", () => {
  test.each([
    [{ command: "PRIVMSG", to: "#c", body: ["a", "b"] }, ["#c", "a\nb"]],
    [{ command: "privmsg", params: ["#c", "hi there"] }, ["#c", "hi there"]],
    [{ command: "JOIN", to: "#c" }, ["#c"]],
    [{ command: "JOIN", params: ["#c"] }, ["#c"]],
    [{ command: "JOIN", to: "#c", params: ["#c"] }, ["#c"]],
    [{ command: "JOIN", to: "#c", params: ["#c", "key"] }, ["#c", "key"]],
    [{ command: "PART", to: "#c", body: ["bye"] }, ["#c", "bye"]],
    [{ command: "TOPIC", to: "#c", body: ["new topic"] }, ["#c", "new topic"]],
    [{ command: "TOPIC", params: ["#c"], body: "x" }, ["#c", "x"]],
    [{ command: "NICK", body: ["new"] }, ["new"]],
    [{ command: "NICK", params: ["new"], body: ["new"] }, ["new"]],
    [{ command: "PING", params: ["tok"], body: ["tok"] }, ["tok"]],
    [{ command: "PING" }, [""]],
    [{ command: "QUIT", body: ["bye"] }, ["bye"]],
    [{ command: "KICK", to: "#c", params: ["bob"], body: ["out"] }, ["#c", "bob", "out"]],
    [{ command: "MODE", to: "#c", params: ["+o", "bob"] }, ["#c", "+o", "bob"]],
    [{ command: "INVITE", to: "bob", params: ["#c"] }, ["bob", "#c"]],
  ])("%j", (body, params) => {
    expect(decodeCommand(body)).toMatchObject({ shape: "irc", params });
  });
});

test.each([
  { to: "#c", body: "hi" },
  { command: "PRIVMSG", to: "#c", body: ["hi"] },
])("meta comes with %j", (body) => {
  expect(decodeCommand({ ...body, meta: { a: [1] } })).toMatchObject({ meta: { a: [1] } });
  for (const nothing of [{}, null])
    expect(decodeCommand({ ...body, meta: nothing })).not.toHaveProperty("meta");
});

test.each([
  ["hi"],
  [["hi"]],
  [null],
  [7],
  [{}],
  [{ content: "hi" }],
  [{ to: 7, content: "hi" }],
  [{ to: "#c", body: { a: 1 } }],
  [{ to: "#c", body: ["a", 1] }],
  [{ command: "PRIVMSG", params: "x" }],
  [{ command: "A B" }],
  [{ to: "#c", body: "hi", meta: "x" }],
  [{ to: "#c", body: "hi", meta: [] }],
  [{ to: "#c", body: "hi", meta: { text: "ü".repeat(2_043) } }],
])("%j is refused", (body) => {
  expect(() => decodeCommand(body)).toThrowError(expect.objectContaining({ code: "bad_request" }));
});
