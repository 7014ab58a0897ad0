import { beforeAll, describe, expect, test } from "vitest";
import { changeDocument, type Documents } from "../Documents.ts";

/** What every adapter of documents does. */
export const documentsContract = (name: string, open: () => Promise<Documents<number>>): void => {
  describe(name, () => {
    let documents: Documents<number>;
    beforeAll(async () => {
      documents = await open();
    });

    test("a document is written over the revision that was read, and taken away likewise", async () => {
      const key = ["a", "one"];
      expect(await documents.read(key)).toBeUndefined();
      const first = await documents.write(key, 1, 0);
      expect(await documents.read(key)).toEqual({ value: 1, revision: first });
      expect(await documents.write(key, 2, 0)).toBeUndefined();
      const second = await documents.write(key, 2, first!);
      expect(await documents.write(key, 3, first!)).toBeUndefined();
      expect(await documents.remove(key, first!)).toBe(false);
      expect(await documents.remove(key, second!)).toBe(true);
      expect(await documents.read(key)).toBeUndefined();
      expect(await documents.write(key, 4, 0), "another may stand in its place").toBeDefined();
    });

    test("lists the keys below a prefix, without those that are gone", async () => {
      expect(await documents.keys(["b"])).toEqual([]);
      await documents.write(["b", "one"], 1, 0);
      await documents.write(["b", "two", "x"], 1, 0);
      await documents.write(["bb", "three"], 1, 0);
      const gone = await documents.write(["b", "four"], 1, 0);
      await documents.remove(["b", "four"], gone!);
      expect((await documents.keys(["b"])).map((key) => key.join(".")).toSorted()).toEqual([
        "b.one",
        "b.two.x",
      ]);
    });

    test("changes at the same moment are all made, and none to what is not there", async () => {
      const key = ["d", "one"];
      await documents.write(key, 0, 0);
      const add = () => changeDocument(documents, key, (n) => n + 1);
      await Promise.all([add(), add(), add(), add()]);
      expect((await documents.read(key))!.value).toBe(4);
      expect(await changeDocument(documents, ["d", "none"], (n) => n)).toBeUndefined();
    });
  });
};
