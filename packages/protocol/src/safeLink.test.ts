import { expect, test } from "vitest";
import { isSafeLink } from "./safeLink.ts";

test.each(["", "https://example.com/a.png", "http://example.com", "HTTPS://example.com/?q=a%20b"])(
  "%j may be clicked",
  (url) => {
    expect(isSafeLink(url)).toBe(true);
  },
);

test("a path of this server may be where paths are allowed, and there alone", () => {
  expect(isSafeLink("/api/uploads/x", { paths: true })).toBe(true);
  expect(isSafeLink("/api/uploads/x")).toBe(false);
});

test.each([
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  " javascript:x",
  "java\nscript:x",
  "data:text/html,x",
  "ftp://x",
  "//evil.example",
  "/\\evil.example",
  "/\t/evil.example",
  "\\\\evil.example",
  "https://a b",
  "https://",
  "http://a\u0000b",
  "x",
])("%j may not, paths or no", (url) => {
  expect(isSafeLink(url, { paths: true })).toBe(false);
});
