import { expect, test } from "vitest";
import { parseMentions } from "./parseMentions.ts";

test.each([
  ["@ann", ["ann"]],
  ["hi @Ann, @bob-1 and @c_d!", ["ann", "bob-1", "c_d"]],
  ["(@ann) *@bob* @ann", ["ann", "bob"]],
  ["@ann- and @bob--", ["ann", "bob"]],
  ["ann@example.com", []],
  ["https://x.y/@ann", []],
  ["@a", []],
  ["é@ann @anné", []],
  ["`@ann` @bob", ["bob"]],
  ["``a ` @ann`` @bob", ["bob"]],
  ["```\n@ann\n```\n@bob", ["bob"]],
  ["~~~ts\n@ann\n~~~ @bob", ["bob"]],
  ["```\n@ann, never closed", []],
  ["a lone ` and @ann", ["ann"]],
  [`@${"x".repeat(33)}`, []],
])("%j names %j", (body, handles) => {
  expect(parseMentions(body)).toEqual({ handles, audiences: [] });
});

test("everybody is called by three words, each once, in any case", () => {
  const { handles, audiences } = parseMentions("@channel @HERE @everyone @here @channels");
  expect([handles, audiences]).toEqual([["channels"], ["channel", "here", "everyone"]]);
});

test("a list of very many names is cut", () => {
  const body = Array.from({ length: 200 }, (_, i) => `@user${i}`).join(" ");
  expect(parseMentions(body).handles).toHaveLength(50);
});

test("the longest texts are read in no time, however they are made", () => {
  const started = performance.now();
  for (const part of ["`", "` ``", "@", "@a-", "```\n", "~~~ `"])
    parseMentions(part.repeat(Math.floor(40_000 / part.length)));
  expect(performance.now() - started).toBeLessThan(2_000);
});
