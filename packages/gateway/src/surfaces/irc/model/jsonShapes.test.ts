import { expect, test } from "vitest";
import type { IrcMessage } from "./IrcMessage.ts";
import { jsonOf, type Shape } from "./jsonShapes.ts";

const message = (more: Partial<IrcMessage>): IrcMessage => ({
  id: "i",
  ts: "t",
  command: "PRIVMSG",
  from: "ann",
  to: "#c",
  params: [],
  body: ["one", "two"],
  ...more,
});
const shown = (one: IrcMessage, shape: Shape) => JSON.parse(jsonOf(one, shape)) as Record<string, unknown>;

test("a message in the shape of each generation, and in both at once", () => {
  const common = { id: "i", ts: "t", from: "ann", to: "#c", body: ["one", "two"] };
  expect(shown(message({}), "irc")).toEqual({ ...common, command: "PRIVMSG", params: [] });
  expect(shown(message({}), "typed")).toEqual({
    ...common,
    type: "message",
    channel: "#c",
    content: "one\ntwo",
  });
  expect(shown(message({}), "both")).toEqual({ ...common, command: "PRIVMSG", type: "message", params: [] });
});

test.each([
  ["JOIN", "join", undefined],
  ["PART", "part", undefined],
  ["QUIT", "part", { quit: true }],
  ["NICK", "nick", undefined],
  ["TOPIC", "topic", undefined],
  ["NOTICE", "message", { notice: true }],
  ["372", "system", { numeric: "372" }],
  ["ERROR", "system", undefined],
])("%s is of type %s", (command, type, meta) => {
  expect(shown(message({ command }), "typed")).toMatchObject({ type, ...(meta && { meta }) });
});
