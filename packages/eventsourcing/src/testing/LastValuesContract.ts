import { beforeAll, describe, expect, test } from "vitest";
import { type LastValues, updateLastValue } from "../LastValues.ts";

/** What every adapter of last values does. */
export const lastValuesContract = (name: string, open: () => Promise<LastValues<number>>): void => {
  describe(name, () => {
    let values: LastValues<number>;
    beforeAll(async () => {
      values = await open();
    });

    test("only the newest value of a key counts, and it is written over the one that was read", async () => {
      const key = ["a", "one"];
      expect(await values.read(key)).toBeUndefined();
      const first = await values.write(key, 1, 0);
      if (first._tag !== "Appended") throw new Error("conflict");
      expect(await values.read(key)).toEqual({ value: 1, seq: first.seq });
      expect(await values.write(key, 2, 0)).toMatchObject({ _tag: "Conflict" });
      const second = await values.write(key, 2, first.seq);
      expect(second._tag).toBe("Appended");
      expect(await values.write(key, 3, first.seq)).toMatchObject({ _tag: "Conflict" });
      expect((await values.read(key))!.value).toBe(2);
      expect(await values.read(["a", "two"])).toBeUndefined();
    });

    test("the newest below a prefix is found", async () => {
      expect(await values.newest(["b"])).toBe(0);
      await values.write(["b", "one"], 1, 0);
      const last = await values.write(["b", "two"], 2, 0);
      await values.write(["c", "one"], 3, 0);
      expect(last).toEqual({ _tag: "Appended", seq: await values.newest(["b"]) });
    });

    test("changes at the same moment are all made", async () => {
      const key = ["d", "one"];
      const add = () => updateLastValue(values, key, (n = 0) => n + 1);
      await Promise.all([add(), add(), add(), add()]);
      expect((await values.read(key))!.value).toBe(4);
      const before = await values.read(key);
      expect(await updateLastValue(values, key, () => undefined)).toEqual(before);
    });
  });
};
