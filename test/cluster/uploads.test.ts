import { randomBytes } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import type { ClickClack } from "../support/ClickClack.ts";
import { Cluster, clientOf } from "../support/Cluster.ts";
import { download, sendFile, uploadFile } from "../support/uploadFile.ts";

const ROUNDS = 20;

let cluster: Cluster;
let first: ClickClack;
let clients: readonly [ApiClient, ApiClient];
let workspaceId = "";

beforeAll(async () => {
  cluster = await Cluster.create();
  first = await cluster.add();
  clients = [clientOf(first), clientOf(await cluster.add({ role: "gateway" }))];
  workspaceId = (await clients[0].createWorkspace()).id;
});
afterAll(() => cluster.stop());

const textOf = async (client: ApiClient, id: string) => (await download(client, id)).text();

it("what one gateway stored is had, attached and deleted at the other", async () => {
  const channel = await clients[0].createChannel(workspaceId);
  for (let i = 0; i < ROUNDS; i++) {
    const [writer, reader] = [clients[i % 2]!, clients[(i + 1) % 2]!];
    const content = `file ${i}`;
    const upload = await uploadFile(writer, workspaceId, { content });
    expect(await textOf(reader, upload.id)).toBe(content);
    const { message } = await reader.post(channel.id, content, { upload_id: upload.id });
    expect(message.attachments).toEqual([upload]);
    expect((await writer.list(channel.id, "?limit=1")).messages).toEqual([message]);
    await writer.ok("DELETE", `/api/messages/${message.id}`);
    expect((await download(reader, upload.id)).status).toBe(404);
  }
});

it("what was acknowledged is there after a kill, and nothing is that was cut off in the midst", async () => {
  const content = new Uint8Array(randomBytes(500_000));
  const kept = await uploadFile(clients[0], workspaceId, { content });
  const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n';
  const cut = fetch(`${clients[0].url}/api/uploads?workspace_id=${workspaceId}`, {
    method: "POST",
    headers: { ...clients[0].headers, "Content-Type": "multipart/form-data; boundary=b" },
    // It never ends by itself.
    body: new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from(`${head}half`)) }),
    duplex: "half",
  }).catch(() => undefined);
  await expect
    .poll(() => readdirSync(join(first.dataDir, "uploads/.partial")), { timeout: 5_000 })
    .not.toEqual([]);
  await first.kill();
  await cut;
  await first.start();
  expect(Buffer.from(await (await download(clients[0], kept.id)).arrayBuffer()).equals(content)).toBe(true);
  expect(readdirSync(join(first.dataDir, "uploads", workspaceId))).toEqual([kept.id]);
});

it("a process that cannot get at the deployment's files does not start, and says what to do", async () => {
  rmSync(join(first.dataDir, "uploads/.deployment"));
  await expect(cluster.add({ role: "gateway" })).rejects.toThrow(/keeps its files in .*--uploads/s);
  const shared = ["--uploads", join(first.dataDir, "uploads")];
  const third = clientOf(await cluster.add({ role: "gateway", args: shared }));
  const upload = await uploadFile(third, workspaceId, { content: "shared" });
  expect(await textOf(clients[1], upload.id)).toBe("shared");
  expect((await sendFile(clients[1], workspaceId, { content: "x" })).status).toBe(201);
});
