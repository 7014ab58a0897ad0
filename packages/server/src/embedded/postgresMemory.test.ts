import { expect, test } from "vitest";
import { postgresMemory } from "./postgresMemory.ts";

const GB = 1024 ** 3;

test.each([
  [GB, "128MB"],
  [4 * GB, "256MB"],
  [8 * GB, "512MB"],
  [23.5 * GB, "1024MB"],
  [512 * GB, "1024MB"],
])("a machine of %i bytes gives Postgres %s", (bytes, expected) => {
  expect(postgresMemory(bytes)).toBe(expected);
});
