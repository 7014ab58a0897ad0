import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { DiskFileStore } from "./DiskFileStore.ts";
import { FileMissing } from "./FileStore.ts";
import { StorageUnavailable } from "./StorageUnavailable.ts";
import { fileStoreContract } from "./testing/FileStoreContract.ts";

const folders: Array<string> = [];

const newFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), "clickclack-files-"));
  folders.push(folder);
  return folder;
};

const keysOf = async (store: DiskFileStore) => {
  const keys: Array<string> = [];
  for await (const { key } of store.list()) keys.push(key);
  return keys;
};

const bodyOf = (bytes: Buffer) => Readable.from([bytes], { objectMode: false });

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

fileStoreContract("DiskFileStore", async () => ({
  store: await DiskFileStore.open(await newFolder()),
  close: async () => {},
}));

describe("the folder of a DiskFileStore", () => {
  let root: string;
  let store: DiskFileStore;

  beforeEach(async () => {
    root = join(await newFolder(), "new", "files");
    store = await DiskFileStore.open(root);
  });

  test("is for its owner alone, and so is everything in it", async () => {
    await store.put("a/b", bodyOf(Buffer.from("x")));
    const modes = await Promise.all(
      ["", ".partial", "a", "a/b"].map(async (path) => (await stat(join(root, path))).mode & 0o777),
    );
    expect(modes).toEqual([0o700, 0o700, 0o700, 0o600]);
  });

  test("holds files under their keys, so that any tool can copy them", async () => {
    const bytes = randomBytes(100);
    await store.put("wsp_1/upl_1", bodyOf(bytes));
    expect((await readFile(join(root, "wsp_1/upl_1"))).equals(bytes)).toBe(true);
    expect(await readdir(join(root, ".partial"))).toEqual([]);
    const again = await DiskFileStore.open(root);
    expect((await buffer(await again.get("wsp_1/upl_1"))).equals(bytes)).toBe(true);
  });

  test("keeps nothing of a stream that fails", async () => {
    const body = new Readable({ read() {} });
    const putting = store.put("a/b", body);
    body.push(randomBytes(100));
    await expect.poll(() => readdir(join(root, ".partial"))).toHaveLength(1);
    body.destroy(new Error("the sender's own failure"));
    await expect(putting).rejects.toThrow("the sender's own failure");
    expect(await readdir(join(root, ".partial"))).toEqual([]);
    expect(await readdir(root)).toEqual([".partial"]);
  });

  test("symbolic links in it lead nowhere", async () => {
    const outside = await newFolder();
    await writeFile(join(outside, "secret"), "secret");
    await symlink(outside, join(root, "linked"));
    await symlink(join(outside, "secret"), join(root, "file"));
    await expect(store.get("linked/secret")).rejects.toThrow(FileMissing);
    await expect(store.get("file")).rejects.toThrow(FileMissing);
    expect(await keysOf(store)).toEqual([]);
    await store.remove("linked/secret");
    await expect(store.put("linked/new", bodyOf(Buffer.from("x")))).rejects.toThrow(StorageUnavailable);
    expect(await readdir(outside)).toEqual(["secret"]);
    expect(await readdir(join(root, ".partial"))).toEqual([]);
  });

  test("a file where a folder should be, and the other way round, are failures of the storage", async () => {
    await store.put("a", bodyOf(Buffer.from("x")));
    await expect(store.put("a/b", bodyOf(Buffer.from("x")))).rejects.toThrow(StorageUnavailable);
    await store.put("c/d", bodyOf(Buffer.from("x")));
    await expect(store.put("c", bodyOf(Buffer.from("x")))).rejects.toThrow(StorageUnavailable);
    expect((await keysOf(store)).toSorted()).toEqual(["a", "c/d"]);
    expect(await readdir(join(root, ".partial"))).toEqual([]);
  });

  test("opened again, it loses what others left a day ago, and keeps what they may still write", async () => {
    const [old, young] = ["left-behind", "in-the-making"].map((name) => join(root, ".partial", name));
    await writeFile(old!, "x");
    await writeFile(young!, "x");
    const longAgo = new Date(Date.now() - 25 * 60 * 60 * 1_000);
    await utimes(old!, longAgo, longAgo);
    await DiskFileStore.open(root);
    expect(await readdir(join(root, ".partial"))).toEqual(["in-the-making"]);
  });

  test("opened again by the same process, it keeps what that process is writing", async () => {
    const body = new Readable({ read() {} });
    const putting = store.put("a/b", body);
    body.push("half");
    await expect.poll(() => readdir(join(root, ".partial"))).toHaveLength(1);
    await DiskFileStore.open(root);
    body.push("whole");
    body.push(null);
    await putting;
    expect((await buffer(await store.get("a/b"))).toString()).toBe("halfwhole");
  });

  test("when it is gone, files cannot be stored", async () => {
    await rm(root, { recursive: true });
    const failure = await store.put("a/b", bodyOf(Buffer.from("x"))).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StorageUnavailable);
    expect((failure as Error).cause).toMatchObject({ code: "ENOENT" });
  });

  test("where a file is, no folder can be opened", async () => {
    await mkdir(join(root, "x"));
    await writeFile(join(root, "x", "file"), "");
    await expect(DiskFileStore.open(join(root, "x", "file"))).rejects.toThrow(StorageUnavailable);
    await expect(DiskFileStore.open(join(root, "x", "file", "below"))).rejects.toThrow(StorageUnavailable);
  });
});
