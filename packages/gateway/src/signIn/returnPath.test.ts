import { expect, test } from "vitest";
import { returnPath } from "./returnPath.ts";

test.each([
  ["/", "/"],
  ["/app/channels/chn_1?after=3#m", "/app/channels/chn_1?after=3#m"],
  ["/app/../app/x", "/app/x"],
  ["/app?to=https://elsewhere.example//x", "/app?to=https://elsewhere.example//x"],
  ["/große", "/gro%C3%9Fe"],
])("the path %j of this host stays as it is", (wanted, path) => {
  expect(returnPath(wanted)).toBe(path);
});

test.each([
  undefined,
  "",
  "app",
  "//elsewhere.example",
  "///elsewhere.example",
  "/\\elsewhere.example",
  "\\\\elsewhere.example",
  "/\t/elsewhere.example",
  "\t//elsewhere.example",
  "/\n/elsewhere.example",
  "/x\r\nSet-Cookie: a=b",
  "/ /elsewhere.example",
  "https://elsewhere.example/",
  "https:elsewhere.example",
  "javascript:alert(1)",
  "data:text/html,x",
  "%2f%2felsewhere.example",
  "/%2f/elsewhere.example",
  "/%2Felsewhere.example",
  "/%5celsewhere.example",
  "/%09/elsewhere.example",
  "/%00",
  "/%zz",
  "/.//elsewhere.example",
  "/x/..//elsewhere.example",
  "/./\\elsewhere.example",
  "@elsewhere.example",
  `/${"x".repeat(2_000)}`,
])("%j leads nowhere but home", (wanted) => {
  expect(returnPath(wanted)).toBe("/");
});
