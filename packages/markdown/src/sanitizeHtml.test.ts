import type { WindowLike } from "dompurify";
import { expect, test } from "vitest";
import { sanitizeHtml } from "./sanitizeHtml.ts";

// What it lets through is seen in a real browser: test/browser/walls.test.ts.
test("without a DOM it refuses, for it could only hand back what it got", () => {
  expect(() => sanitizeHtml("<b>", {} as WindowLike)).toThrow("sanitizing needs a browser's DOM");
});
