import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { openFileStore } from "./openFileStore.ts";

/** Whether the S3 client is in memory; its packages are CommonJS. */
const isLoaded = () =>
  Object.keys(createRequire(import.meta.url).cache).some((path) => /@aws-sdk/.test(path));

test("a folder is opened without loading the S3 client", async () => {
  const folder = await mkdtemp(join(tmpdir(), "clickclack-files-"));
  const { store, close } = await openFileStore(pathToFileURL(join(folder, "with space")).href);
  for await (const { key } of store.list()) expect.unreachable(key);
  await close();
  expect(isLoaded()).toBe(false);
  await import("./openS3FileStore.ts");
  expect(isLoaded(), "this test can see it").toBe(true);
  await rm(folder, { recursive: true });
});

test.for([
  "",
  "/var/files",
  "files",
  "https://user:hunter2@host/",
  "file://host/folder",
  "file:///",
  "file:///a?b=hunter2",
  "file:///a%2Fb",
  "file:///a%00b",
  "s3://",
  "s3:///prefix",
  "s3://key:hunter2@bucket",
  "s3://bucket:9000",
  "s3://B",
  "s3://bucket/a//b",
  "s3://bucket/a b",
  "s3://bucket?secret=hunter2",
  "s3://bucket?region=a&region=b",
  "s3://bucket?region=hunter2%0a",
  "s3://bucket?path_style=yes",
  "s3://bucket?endpoint=nothing",
  "s3://bucket?endpoint=ftp://host",
  "s3://bucket?endpoint=http://key:hunter2@host",
])("%j is refused with what is accepted, and is not shown", async (url) => {
  const failure = await openFileStore(url).catch((error: Error) => error);
  expect(failure).toBeInstanceOf(Error);
  const { message } = failure as Error;
  expect(message).toMatch(/^the storage URL .*; accepted is file:\/\/\/absolute\/folder or s3:\/\/bucket/);
  expect(message).not.toContain("hunter2");
});
