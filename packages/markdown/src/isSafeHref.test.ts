import { expect, test } from "vitest";
import { isSafeHref } from "./isSafeHref.ts";

test.each(["http://x", "HTTPS://x.y/a?b#c", "https://[::1]:8080/", "mailto:a@b.c?subject=d"])(
  "%j is safe",
  (href) => {
    expect(isSafeHref(href)).toBe(true);
  },
);

test.each([
  "",
  "x",
  "/x",
  "//x",
  "#x",
  "https:x",
  "https:///",
  "https://x y",
  "https://x\\@y",
  "https://user@x",
  "https://:pass@x",
  "https://x:99999",
  "https://x/\u202ey",
  "https://x/\ty",
  " https://x",
  "mailto:",
  "ftp://x",
  "file:///x",
  "data:text/html,x",
  "javascript:x",
  "java\nscript:x",
  "vbscript:x",
  "blob:https://x/y",
  "about:blank",
])("%j is not", (href) => {
  expect(isSafeHref(href)).toBe(false);
});
