import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DiskFileStore } from "./DiskFileStore.ts";
import { FileMissing } from "./FileStore.ts";
import { measurePut } from "./testing/measurePut.ts";

const holdPut = fileURLToPath(new URL("testing/holdPutProcess.ts", import.meta.url));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "clickclack-files-"));
});

afterEach(() => rm(folder, { recursive: true }));

const partials = () => readdir(join(folder, ".partial"));

test("of a file whose writer was killed nothing is seen, and the next start removes what it left", async () => {
  const writer = spawn(process.execPath, [holdPut, folder, "wsp_1/upl_1"], { stdio: "inherit" });
  const exited = once(writer, "exit");
  const written = async () => {
    const [name = ""] = await partials();
    return (await stat(join(folder, ".partial", name))).size;
  };
  try {
    await expect.poll(written, { timeout: 20_000 }).toBe(3 * 1_024 * 1_024);
    await DiskFileStore.open(folder);
    expect(await partials(), "the writer lives").toHaveLength(1);
  } finally {
    writer.kill("SIGKILL");
    await exited;
  }
  expect(await partials()).toHaveLength(1);

  const store = await DiskFileStore.open(folder);
  expect(await partials()).toEqual([]);
  await expect(store.get("wsp_1/upl_1")).rejects.toThrow(FileMissing);
  for await (const file of store.list()) expect.unreachable(`listed ${file.key}`);
});

test("memory stays bounded while a large file is put and read", async () => {
  const { grownKiB, byteSize } = await measurePut(`file://${folder}`, 200);
  expect(byteSize).toBe(200 * 1_024 * 1_024);
  expect(grownKiB).toBeLessThan(64 * 1_024);
});

test("a file that the system does not take is refused as unavailable, and leaves nothing", async () => {
  // KiB that a process may write to one file: the kernel's own refusal, half way
  const outcome = await measurePut(`file://${folder}`, 20, "ulimit -f 8192");
  expect(outcome).toEqual({
    failed: "StorageUnavailable",
    message: "the storage folder cannot be used: the file is larger than the system allows",
  });
  expect(await partials()).toEqual([]);
  expect((await readdir(folder)).toSorted()).toEqual([".partial", "small"]);
});
