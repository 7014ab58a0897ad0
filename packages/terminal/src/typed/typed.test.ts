import { describe, expect, test } from "vitest";
import { complete } from "./complete.ts";
import { readTyped } from "./readTyped.ts";

describe("a typed line", () => {
  test.each([
    ["hello", { _tag: "send", text: "hello" }],
    ["  indented", { _tag: "send", text: "  indented" }],
    ["//join", { _tag: "send", text: "//join" }],
    ["/join ops", { _tag: "send", text: "/join ops" }],
    ["/JOIN ops ", { _tag: "send", text: "/JOIN ops" }],
    ["/names", { _tag: "send", text: "/names" }],
    ["/clear", { _tag: "clear" }],
    ["/exit", { _tag: "quit" }],
    ["", { _tag: "nothing" }],
    [" \t", { _tag: "nothing" }],
  ])("%j is %j", (line, typed) => {
    expect(readTyped(line)).toEqual(typed);
  });

  test("a command that there is not is never sent, and says where to look", () => {
    expect(readTyped("/frobnicate now")).toMatchObject({
      _tag: "unknown",
      problem: expect.stringContaining("/help"),
    });
    expect(readTyped("/")).toMatchObject({ _tag: "unknown" });
    expect(readTyped("/dm ada", new Set(["dm"]))).toMatchObject({ _tag: "send" });
  });
});

describe("completion", () => {
  const known = { nicks: ["ada", "Adam", "grace"], rooms: ["lobby", "ops"] };
  test.each([
    ["ad", ["Adam: ", "ada: "], "ad"],
    ["hi gr", ["grace "], "gr"],
    ["hi @gr", ["@grace "], "@gr"],
    ["/jo", ["/join "], "/jo"],
    ["/join o", ["ops "], "o"],
    ["see #lo", ["#lobby "], "#lo"],
    ["zz", [], "zz"],
  ])("%j gives %j", (line, found, word) => {
    expect(complete(line, known)).toEqual([found, word]);
  });
});
