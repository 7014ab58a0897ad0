import { describe, expect, test } from "vitest";
import { expandScopes } from "./expandScopes.ts";
import { SCOPE_BUNDLES, SCOPES } from "./Scopes.ts";

test("scopes are taken as they are, once each, whatever their order", () => {
  const names = ["dms:read", "channels:write", "dms:read"];
  expect(expandScopes(names)).toEqual(["dms:read", "channels:write"]);
  expect(expandScopes(names.toReversed())).toEqual(expandScopes(names));
});

describe.each(Object.keys(SCOPE_BUNDLES))("%s", (bundle) => {
  test("stands for scopes alone, and never for an agent's activity", () => {
    const scopes = expandScopes([bundle]);
    expect(SCOPES).toEqual(expect.arrayContaining([...scopes]));
    expect(scopes).not.toContain("agent_activity:write");
    expect(expandScopes([bundle, "agent_activity:write"])).toEqual([...scopes, "agent_activity:write"]);
  });
});

test("each bundle holds the one before it", () => {
  const [read, write, admin] = ["bot:read", "bot:write", "bot:admin"].map((name) => expandScopes([name]));
  expect(read!.every((scope) => scope.endsWith(":read"))).toBe(true);
  expect(write).toEqual(expect.arrayContaining([...read!]));
  expect(admin).toEqual(expect.arrayContaining([...write!]));
  expect(new Set([...admin!, "agent_activity:write"])).toEqual(new Set(SCOPES));
});

test.each([[["messages:delete"]], [["bot:read", "bot:*"]], [["toString"]], [[""]], [[]]])(
  "%j is refused, with what there is",
  (names) => {
    expect(() => expandScopes(names)).toThrow(/agent_activity:write/);
  },
);
