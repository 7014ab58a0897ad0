import { expect, test } from "vitest";
import { loggedPath } from "./loggedPath.ts";

test("a path is logged without the code of an invite, and as it is otherwise", () => {
  expect(loggedPath("/api/invites/0123456789abcdefghjk/accept")).toBe("/api/invites/…/accept");
  expect(loggedPath("/api/invites/0123456789abcdefghjk")).toBe("/api/invites/…");
  expect(loggedPath("/api/workspaces/wsp_1/invites")).toBe("/api/workspaces/wsp_1/invites");
});
