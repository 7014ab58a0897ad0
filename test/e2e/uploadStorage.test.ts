import { openDatabase } from "@clickclack/database/Database";
import { Watermarks } from "@clickclack/database/Watermarks";
import { FORMATS } from "@clickclack/server/projections/projectionSources";
import { sweepUploads } from "@clickclack/server/serve/sweepUploads";
import { openFileStore } from "@clickclack/storage/openFileStore";
import { ACCESS_KEY, BUCKET, S3Server, SECRET } from "@clickclack/storage/testing/S3Server";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ApiClient } from "../support/ApiClient.ts";
import { ClickClack } from "../support/ClickClack.ts";
import { Operator } from "../support/Operator.ts";
import { freshDatabase, freshNats } from "../support/services.ts";
import { download, uploadFile } from "../support/uploadFile.ts";

let s3: S3Server;
const servers: Array<ClickClack> = [];

beforeAll(async () => {
  s3 = await S3Server.start();
});
afterAll(async () => {
  for (const server of servers) await server.stop();
  await s3.stop();
});

const start = async (args: ReadonlyArray<string> = [], env: Readonly<Record<string, string>> = {}) => {
  const [nats, db] = await Promise.all([freshNats(), freshDatabase()]);
  const server = await ClickClack.start({ nats: nats.url, db: db.url, args, env });
  servers.push(server);
  return server;
};

const credentials = { AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET };

it("files lie in a bucket when the server is told so", async () => {
  const server = await start(["--uploads", s3.url()], credentials);
  const client = new ApiClient(server.url);
  const workspaceId = (await client.createWorkspace()).id;
  const content = new Uint8Array(randomBytes(7_000_000));
  const upload = await uploadFile(client, workspaceId, { content });
  expect([...s3.bucket.objects.keys()]).toContain(`${workspaceId}/${upload.id}`);
  const whole = await (await download(client, upload.id)).arrayBuffer();
  expect(Buffer.from(whole).equals(content)).toBe(true);
  const part = await download(client, upload.id, { Range: "bytes=6999990-" });
  expect([part.status, Buffer.from(await part.arrayBuffer()).equals(content.subarray(6_999_990))]).toEqual([
    206,
    true,
  ]);
  await client.ok("DELETE", `/api/uploads/${upload.id}`);
  expect([...s3.bucket.objects.keys()]).not.toContain(`${workspaceId}/${upload.id}`);
});

it("a server that may not use its bucket does not start, and tells no secret", async () => {
  const wrong = { ...credentials, AWS_SECRET_ACCESS_KEY: "not-the-secret-at-all" };
  const failure = await start(["--uploads", s3.url()], wrong).then(
    () => "started",
    (error: Error) => error.message,
  );
  expect(failure).toContain(BUCKET);
  expect(failure).not.toContain("not-the-secret-at-all");
  expect(failure).not.toContain(SECRET);
});

it("files that no upload names are swept once they are old, and no others", async () => {
  const server = await start();
  const client = new ApiClient(server.url);
  const workspaceId = (await client.createWorkspace()).id;
  const upload = await uploadFile(client, workspaceId, { content: "kept" });
  const { store, close } = await openFileStore(pathToFileURL(join(server.dataDir, "uploads")).href);
  await store.put(`${workspaceId}/upl_orphan`, Readable.from([Buffer.from("orphan")]));
  const operator = await Operator.connect(server);
  const { db } = await server.runFile();
  const database = openDatabase(db);
  const ports = {
    files: store,
    db: database.db,
    watermarks: new Watermarks(database.db, FORMATS),
    reader: operator.deployment.chatReader,
  };
  expect(await sweepUploads({ ...ports, now: Date.now })).toBe(0);
  const inTwoDays = () => Date.now() + 2 * 24 * 3600 * 1000;
  expect(await sweepUploads({ ...ports, now: inTwoDays })).toBe(1);
  await expect(store.get(`${workspaceId}/upl_orphan`)).rejects.toThrow("there is no file");
  expect(await (await download(client, upload.id)).text()).toBe("kept");
  await Promise.all([database.close(), operator.close(), close()]);
});
