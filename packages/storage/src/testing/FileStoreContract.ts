import { createHash, randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FileMissing, type FileStore, type StoredFile } from "../FileStore.ts";
import { InvalidKey } from "../requireKey.ts";

const MIB = 1_024 * 1_024;

const PIECE = 64 * 1_024;

/** How many readers are dropped at once: more than a listing or a pool of connections would hide. */
const READERS = 40;

/** The bytes in pieces, as they come from a network. */
const inPieces = (bytes: Buffer): Readable =>
  Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
    })(),
    { objectMode: false },
  );

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

const hashOf = async (stream: Readable): Promise<string> => {
  const hash = createHash("sha256");
  for await (const chunk of stream) hash.update(chunk as Buffer);
  return hash.digest("hex");
};

const freshKey = () => `wsp_${randomBytes(6).toString("hex")}/upl-${randomBytes(6).toString("hex")}`;

const collect = async (files: AsyncIterable<StoredFile>): Promise<ReadonlyArray<StoredFile>> => {
  const all: Array<StoredFile> = [];
  for await (const file of files) all.push(file);
  return all;
};

/** Gives some bytes, then fails: with an error, or by being closed as a connection is. */
const failing = (bytes: Buffer, error?: Error): Readable => {
  let given = false;
  return new Readable({
    read() {
      if (given) this.destroy(error);
      else this.push(bytes);
      given = true;
    },
  });
};

/** Files and sockets that this process has open. */
const openHandles = () => readdirSync("/dev/fd").length;

/** A store of its own for one test, empty. */
export interface Opened {
  readonly store: FileStore;
  close(): Promise<void>;
}

const hostileKeys = [
  "",
  "/",
  "/a",
  "a/",
  "a//b",
  ".",
  "..",
  "../a",
  "a/../b",
  "a/./b",
  "a.b",
  ".partial/a",
  "a\\b",
  "a\0b",
  "a\n",
  "a b",
  "é",
  "a?b",
  "a%2fb",
  "C:",
  "a".repeat(256),
  `${"a/".repeat(500)}a`,
];

/** What every file store promises. */
export const fileStoreContract = (name: string, open: () => Promise<Opened>): void => {
  describe(name, () => {
    let opened: Opened;
    let store: FileStore;

    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });

    afterAll(() => opened.close());

    const put = async (bytes: Buffer, key = freshKey()): Promise<string> => {
      await store.put(key, inPieces(bytes));
      return key;
    };

    const expectNothing = async (fresh: FileStore, key: string) => {
      await expect(fresh.get(key)).rejects.toThrow(FileMissing);
      expect(await collect(fresh.list())).toEqual([]);
    };

    test.for([0, 1, 5 * MIB, MIB + 1, 10 * MIB, 12 * MIB])(
      "a file of %i bytes comes back whole",
      async (size) => {
        const bytes = randomBytes(size);
        const key = await put(bytes);
        expect(await hashOf(await store.get(key))).toBe(sha256(bytes));
      },
    );

    test("a part of a file is exactly its bytes", async () => {
      const bytes = randomBytes(12 * MIB);
      const key = await put(bytes);
      const end = bytes.length - 1;
      const middle = 6 * MIB;
      const ranges = [
        [0, 0],
        [end, end],
        [middle, middle],
        [0, end],
        [5 * MIB - 1, 5 * MIB],
        [1, end - 1],
      ] as const;
      for (const [first, last] of ranges) {
        const part = await buffer(await store.get(key, { first, last }));
        expect(part.equals(bytes.subarray(first, last + 1)), `${first} to ${last}`).toBe(true);
      }
    });

    test("a part that does not lie within the file is refused", async () => {
      const key = await put(randomBytes(10));
      for (const [first, last] of [
        [0, 10],
        [10, 10],
        [5, 4],
        [-1, 3],
        [0.5, 3],
        [Number.NaN, 3],
      ] as const) {
        await expect(store.get(key, { first, last }), `${first} to ${last}`).rejects.toThrow(RangeError);
      }
      await expect(store.get(await put(Buffer.alloc(0)), { first: 0, last: 0 })).rejects.toThrow(RangeError);
    });

    test("a file that was never put is missing, whole and in part, and so is what lies around a file", async () => {
      const key = await put(randomBytes(10));
      const around = [freshKey(), key.split("/")[0]!, `${key}/below`];
      for (const missing of around) {
        await expect(store.get(missing)).rejects.toThrow(FileMissing);
        await expect(store.get(missing, { first: 0, last: 0 })).rejects.toThrow(FileMissing);
      }
    });

    test("a removed file is missing, and may be removed again", async () => {
      const key = await put(randomBytes(10));
      await store.remove(key);
      await expect(store.get(key)).rejects.toThrow(FileMissing);
      await store.remove(key);
      await store.remove(freshKey());
      await store.remove(`${key}/below`);
      expect((await collect(store.list())).map((file) => file.key)).not.toContain(key);
    });

    test("the same file put again stays as it is", async () => {
      const bytes = randomBytes(1_000);
      const key = await put(bytes);
      await put(bytes, key);
      expect((await buffer(await store.get(key))).equals(bytes)).toBe(true);
    });

    test("a listing has every file once, with its size and time", async () => {
      const fresh = await open();
      const before = Date.now();
      const sizes = new Map(
        Array.from({ length: 10 }, (_, i) => [i < 3 ? `flat-${i}` : freshKey(), i * 100]),
      );
      for (const [key, size] of sizes) await fresh.store.put(key, inPieces(randomBytes(size)));
      const files = await collect(fresh.store.list());
      expect(files).toHaveLength(sizes.size);
      expect(new Map(files.map(({ key, byteSize }) => [key, byteSize]))).toEqual(sizes);
      for (const { storedAt } of files) {
        expect(storedAt.getTime()).toBeGreaterThan(before - 2_000);
        expect(storedAt.getTime()).toBeLessThan(Date.now() + 2_000);
      }
      for await (const { key } of fresh.store.list()) await fresh.store.remove(key);
      expect(await collect(fresh.store.list())).toEqual([]);
      await fresh.close();
    });

    test.for([10, 12 * MIB])("a stream that fails after %i bytes leaves nothing", async (size) => {
      const fresh = await open();
      const key = freshKey();
      const failure = new Error("the sender's own failure");
      await expect(fresh.store.put(key, failing(randomBytes(size), failure))).rejects.toBe(failure);
      await expect(fresh.store.put(key, failing(randomBytes(size)))).rejects.toThrow("Premature close");
      await expectNothing(fresh.store, key);
      const bytes = randomBytes(size);
      await fresh.store.put(key, inPieces(bytes));
      expect(await hashOf(await fresh.store.get(key))).toBe(sha256(bytes));
      await fresh.close();
    });

    test("a stream that failed before it was put leaves nothing", async () => {
      const fresh = await open();
      const key = freshKey();
      const failure = new Error("too early");
      const body = new Readable({ read() {} });
      const closed = once(body, "close").catch(() => {});
      body.destroy(failure);
      await closed;
      await expect(fresh.store.put(key, body)).rejects.toThrow();
      await expectNothing(fresh.store, key);
      await fresh.close();
    });

    test("a file cannot be seen before all of it was given", async () => {
      const fresh = await open();
      const key = freshKey();
      const body = new Readable({ read() {} });
      const putting = fresh.store.put(key, body);
      for (let i = 0; i < 7; i++) body.push(randomBytes(MIB));
      await expectNothing(fresh.store, key);
      body.push(null);
      await putting;
      expect((await buffer(await fresh.store.get(key))).length).toBe(7 * MIB);
      await fresh.close();
    });

    test("readers that go away half way give back what they held", async () => {
      const key = await put(randomBytes(4 * MIB));
      const before = openHandles();
      const readers = await Promise.all(Array.from({ length: READERS }, () => store.get(key)));
      await Promise.all(readers.map((reader) => once(reader, "readable")));
      const closed = readers.map((reader) => once(reader, "close"));
      for (const reader of readers) reader.destroy();
      await Promise.all(closed);
      // connections that stay open for the next request are no loss
      await expect.poll(openHandles, { timeout: 5_000 }).toBeLessThan(before + READERS / 4);
      expect((await buffer(await store.get(key))).length).toBe(4 * MIB);
    });

    test("files put at the same time do not mix", async () => {
      const folder = `wsp_${randomUUID()}`;
      const files = Array.from({ length: 12 }, (_, i) => [`${folder}/${i}`, randomBytes(700_000)] as const);
      await Promise.all(files.map(([key, bytes]) => put(bytes, key)));
      const hashes = await Promise.all(files.map(async ([key]) => hashOf(await store.get(key))));
      expect(hashes).toEqual(files.map(([, bytes]) => sha256(bytes)));
    });

    test.for(hostileKeys.map((key) => [JSON.stringify(key).slice(0, 30), key] as const))(
      "the key %s is refused everywhere",
      async ([, key]) => {
        const body = inPieces(randomBytes(10));
        await expect(store.put(key, body)).rejects.toThrow(InvalidKey);
        expect(body.destroyed).toBe(true);
        await expect(store.get(key)).rejects.toThrow(InvalidKey);
        await expect(store.remove(key)).rejects.toThrow(InvalidKey);
      },
    );
  });
};
