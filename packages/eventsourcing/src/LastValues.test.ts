import { expect, test } from "vitest";
import { type LastValues, MemoryLastValues, updateLastValue } from "./LastValues.ts";
import { lastValuesContract } from "./testing/LastValuesContract.ts";

lastValuesContract("MemoryLastValues", async () => new MemoryLastValues());

test("a change that is overtaken again and again is given up", async () => {
  const values: LastValues<number> = {
    read: async () => undefined,
    write: async () => ({ _tag: "Conflict" }),
    newest: async () => 0,
  };
  await expect(updateLastValue(values, ["x"], () => 1)).rejects.toThrow("try again");
});
