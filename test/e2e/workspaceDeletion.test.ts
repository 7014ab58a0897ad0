import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";
import { expectProjectionsMatchLog } from "../support/projections.ts";
import { query } from "../support/query.ts";
import { download, sendFile, uploadFile } from "../support/uploadFile.ts";
import { until } from "../support/until.ts";

const clickclack = oneServer();

type Person = Awaited<ReturnType<ApiClient["signUp"]>>;

let owner: Person;
let ann: Person;
let workspaceId = "";
let slug = "";
let channelId = "";

beforeEach(async () => {
  const { client, operator } = clickclack;
  owner = await client.signUp("Owner");
  ann = await client.signUp("Ann");
  ({ id: workspaceId, slug } = await owner.client.createWorkspace("Doomed"));
  channelId = (await owner.client.createChannel(workspaceId)).id;
  await operator.addMember(workspaceId, ann.user.id);
});

const remove = (by = owner) => by.client.request("DELETE", `/api/workspaces/${workspaceId}`);

/** Something of every sort; returns ids that nothing may tell any more. */
const fill = async () => {
  const { client } = ann;
  const { message } = await client.post(channelId, `@${owner.user.handle} keyword`, { nonce: "mine" });
  await client.ok("PATCH", `/api/messages/${message.id}`, { body: { body: "keyword again" } });
  await client.ok("POST", `/api/messages/${message.id}/reactions`, { body: { emoji: "x" } });
  await client.ok("POST", `/api/messages/${message.id}/thread/replies`, { body: { body: "reply" } });
  const upload = await uploadFile(client, workspaceId, { content: "bytes" });
  await client.post(channelId, "with a file", { upload_id: upload.id });
  const dms = await client.ok("POST", "/api/dms", {
    body: { workspace_id: workspaceId, member_ids: [owner.user.id] },
  });
  return { messageId: message.id, uploadId: upload.id, conversationId: dms.conversation.id };
};

const filesIn = async (): Promise<ReadonlyArray<string>> => {
  const folder = join(clickclack.server.dataDir, "uploads");
  return (await readdir(folder, { recursive: true })).filter((name) => name.includes("upl_"));
};

describe("deleting a workspace", () => {
  it("is for its owner, and once", async () => {
    const refused = await remove(ann);
    expect([refused.status, refused.body.code]).toEqual([403, "forbidden"]);
    const { status, body } = await remove();
    expect([status, body]).toEqual([204, undefined]);
    for (const one of [owner, ann]) {
      const again = await remove(one);
      expect([again.status, again.body.error]).toEqual([404, "there is no such workspace"]);
    }
  });

  it("leaves nothing of it to anybody, and closes its sockets", async () => {
    const { messageId, uploadId, conversationId } = await fill();
    const watch = ({ client }: Person) => clickclack.watch({ workspaceId, headers: client.headers });
    const sockets = [await watch(owner), await watch(ann)];
    for (const socket of sockets) await socket.barrier();
    const seen = sockets.map(({ events }) => events.length);
    expect((await remove()).status).toBe(204);
    for (const socket of sockets)
      expect(
        await until(() => socket.closed, { what: "the socket to be closed", deadlineMs: 1_000 }),
      ).toEqual({
        code: 1008,
        reason: "access revoked",
      });
    expect(sockets.map(({ events }) => events.length)).toEqual(seen);
    const inWorkspace = `workspace_id=${workspaceId}`;
    for (const { client } of [owner, ann]) {
      for (const path of [
        `/api/workspaces/${workspaceId}`,
        `/api/workspaces/${workspaceId}/members`,
        `/api/workspaces/${workspaceId}/moderation/members`,
        `/api/workspaces/${workspaceId}/channels`,
        `/api/workspaces/${workspaceId}/presence`,
        `/api/channels/${channelId}/messages`,
        `/api/messages/${messageId}`,
        `/api/messages/${messageId}/thread`,
        `/api/messages/by-nonce?${inWorkspace}&nonce=mine`,
        `/api/dms/${conversationId}`,
        `/api/dms?${inWorkspace}`,
        `/api/search?${inWorkspace}&q=keyword`,
        `/api/me/mentions?${inWorkspace}`,
        `/api/me/activity?${inWorkspace}`,
        `/api/realtime/events?${inWorkspace}`,
        `/api/routes/${workspaceId}/${channelId}`,
      ])
        expect([path, (await client.request("GET", path)).status]).toEqual([path, 404]);
      const post = await client.request("POST", `/api/channels/${channelId}/messages`, {
        body: { body: "x" },
      });
      expect([post.status, post.body.error]).toEqual([404, "there is no such channel"]);
      expect((await download(client, uploadId)).status).toBe(404);
      expect((await sendFile(client, workspaceId, { content: "late" })).status).toBe(404);
      const { workspaces } = await client.ok("GET", "/api/workspaces");
      expect(workspaces.map(({ id }: { id: string }) => id)).not.toContain(workspaceId);
      await expect(clickclack.watch({ workspaceId, headers: client.headers })).rejects.toMatchObject({
        status: 404,
      });
    }
  });

  it("does not answer again what was sent before, and makes no workspace of its id", async () => {
    const key = { "Idempotency-Key": crypto.randomUUID() };
    const create = () =>
      owner.client.request("POST", "/api/workspaces", { body: { name: "Again" }, headers: key });
    const made = (await create()).body.workspace.id;
    await owner.client.ok("DELETE", `/api/workspaces/${made}`);
    expect((await create()).status).toBe(404);
    const body = { body: "x", nonce: crypto.randomUUID() };
    const post = () => ann.client.request("POST", `/api/channels/${channelId}/messages`, { body });
    expect((await post()).status).toBe(201);
    await remove();
    expect((await post()).status).toBe(404);
  });

  it("frees its slug at once", async () => {
    const take = () => ann.client.request("POST", "/api/workspaces", { body: { name: "Mine", slug } });
    expect((await take()).status).toBe(409);
    await remove();
    expect((await take()).body.workspace).toMatchObject({ slug, name: "Mine" });
  });

  it("removes its files, and every row of the read models, which a rebuild leaves out too", async () => {
    const { uploadId, messageId } = await fill();
    const other = (await ann.client.createWorkspace("Kept")).id;
    const kept = (await ann.client.createChannel(other)).id;
    const { message } = await ann.client.post(kept, "keyword");
    const keptFile = await uploadFile(ann.client, other, { content: "kept" });
    const holds = (files: ReadonlyArray<string>, id: string) => files.some((name) => name.includes(id));
    expect(holds(await filesIn(), uploadId)).toBe(true);
    await remove();
    await until(async () => !holds(await filesIn(), uploadId), { what: "the file to go" });
    expect(holds(await filesIn(), keptFile.id)).toBe(true);
    const urls = await clickclack.server.runFile();
    await expectProjectionsMatchLog(urls);
    const tables = await query<{ name: string }>(
      urls.db,
      "select table_name as name from information_schema.views where table_schema = 'chat'",
    );
    expect(tables.length).toBeGreaterThan(10);
    for (const { name } of tables) {
      const text = `select 1 from chat.${name} t where t::text like any ($1)`;
      const rows = await query(urls.db, text, [[workspaceId, messageId].map((id) => `%${id}%`)]);
      expect([name, rows.length]).toEqual([name, 0]);
    }
    expect((await ann.client.list(kept)).messages.map(({ id }) => id)).toEqual([message.id]);
    expect((await download(ann.client, keptFile.id)).status).toBe(200);
  });
});
