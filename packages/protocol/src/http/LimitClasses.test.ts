import { describe, expect, it } from "vitest";
import { limitClassOf } from "./LimitClasses.ts";

describe("an operation counts", () => {
  it.each([
    ["listMessages", "GET", "read"],
    ["getUpload", "GET", "read"],
    ["getUpload", "HEAD", "read"],
    ["postMessage", "POST", "write"],
    ["deleteMessage", "DELETE", "write"],
    ["search", "GET", "search"],
    ["createUpload", "POST", "upload"],
    ["consumeMagicLink", "POST", "auth"],
    ["healthz", "GET", undefined],
    ["readyz", "GET", undefined],
  ] as const)("%s (%s) as %s", (operation, method, expected) => {
    expect(limitClassOf(operation, method)).toBe(expected);
  });
});
