import { newId } from "@clickclack/protocol/Ids";
import type { User } from "@clickclack/protocol/http/shapes";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";
import { download, sendFile, uploadFile } from "../support/uploadFile.ts";

const clickclack = oneServer();

type Person = { readonly user: User; readonly client: ApiClient };
let workspaceId = "";
let channelId = "";
let secretId = "";
let ann: Person;
let bob: Person;
let stranger: Person;

beforeAll(async () => {
  const { client, operator } = clickclack;
  [ann, bob, stranger] = await Promise.all([
    client.signUp("ann"),
    client.signUp("bob"),
    client.signUp("eve"),
  ]);
  workspaceId = (await ann.client.createWorkspace("Files")).id;
  await operator.addMember(workspaceId, bob.user.id, "member");
  channelId = (await ann.client.createChannel(workspaceId, "public")).id;
  secretId = (await ann.client.createChannel(workspaceId, "secret", "private")).id;
});

const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());
/** The smallest of all PNGs, of 1 by 1 pixel, with other numbers in its header where they are given. */
const png = (width = 1, height = 1): Uint8Array<ArrayBuffer> => {
  const bytes = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  );
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return new Uint8Array(bytes);
};
const files = () => {
  const folder = join(clickclack.server.dataDir, "uploads", workspaceId);
  return readdirSync(folder);
};

describe("an upload", () => {
  it("comes back byte for byte, with what was told of it", async () => {
    const content = new Uint8Array(randomBytes(3_000_017));
    const fields = { duration_ms: "1500" };
    const upload = await uploadFile(ann.client, workspaceId, {
      content,
      filename: "Übersicht.mp4",
      type: "video/mp4",
      fields,
    });
    expect(upload).toMatchObject({
      workspace_id: workspaceId,
      owner_id: ann.user.id,
      filename: "Übersicht.mp4",
      content_type: "video/mp4",
      byte_size: content.byteLength,
      duration_ms: 1500,
    });
    expect(upload.id).toMatch(/^upl_/);
    const response = await download(ann.client, upload.id);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "video/mp4",
      "content-length": String(content.byteLength),
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
      "accept-ranges": "bytes",
      "cache-control": "no-store",
      etag: `"${hash(content)}"`,
      "content-disposition": "inline; filename=\"_bersicht.mp4\"; filename*=UTF-8''%C3%9Cbersicht.mp4",
    });
    expect(hash(await bytesOf(response))).toBe(hash(content));
  });

  it("of no bytes at all is one too", async () => {
    const upload = await uploadFile(ann.client, workspaceId, { content: "" });
    const response = await download(ann.client, upload.id);
    expect([response.status, (await bytesOf(response)).byteLength]).toEqual([200, 0]);
    expect(response.headers.get("content-length")).toBe("0");
  });

  it("is told without its bytes to HEAD", async () => {
    const upload = await uploadFile(ann.client, workspaceId, { content: "hello" });
    const response = await fetch(`${ann.client.url}/api/uploads/${upload.id}`, {
      method: "HEAD",
      headers: ann.client.headers,
    });
    expect([response.status, response.headers.get("content-length")]).toEqual([200, "5"]);
  });

  it("is had in parts", async () => {
    const content = new Uint8Array(randomBytes(200_000));
    const { id } = await uploadFile(ann.client, workspaceId, { content });
    for (const [range, first, last] of [
      ["bytes=0-0", 0, 0],
      ["bytes=100-150099", 100, 150_099],
      ["bytes=199999-", 199_999, 199_999],
      ["bytes=-7", 199_993, 199_999],
    ] as const) {
      const response = await download(ann.client, id, { Range: range });
      expect(response.status).toBe(206);
      expect(response.headers.get("content-range")).toBe(`bytes ${first}-${last}/200000`);
      expect(Buffer.from(await bytesOf(response)).equals(content.subarray(first, last + 1))).toBe(true);
    }
    const beyond = await download(ann.client, id, { Range: "bytes=200000-" });
    expect([beyond.status, beyond.headers.get("content-range")]).toEqual([416, "bytes */200000"]);
    expect(await beyond.json()).toMatchObject({ code: "range_not_satisfiable" });
    const etag = (await download(ann.client, id)).headers.get("etag")!;
    expect((await download(ann.client, id, { "If-None-Match": etag })).status).toBe(304);
    expect((await download(ann.client, id, { Range: "bytes=0-0", "If-Range": etag })).status).toBe(206);
    expect((await download(ann.client, id, { Range: "bytes=0-0", "If-Range": '"old"' })).status).toBe(200);
  });

  it("of a picture knows its size better than whoever sent it", async () => {
    const upload = await uploadFile(ann.client, workspaceId, {
      content: png(640, 480),
      filename: "p.png",
      type: "image/png",
      fields: { width: "1", height: "1" },
    });
    expect([upload.width, upload.height]).toEqual([640, 480]);
    const told = await uploadFile(ann.client, workspaceId, {
      content: "no picture",
      type: "image/png",
      fields: { width: "3", height: "4" },
    });
    expect([told.width, told.height]).toEqual([3, 4]);
  });

  it("that a browser could run is saved, never shown", async () => {
    for (const type of ["text/html", "image/svg+xml", "application/pdf", "text/javascript"]) {
      const { id } = await uploadFile(ann.client, workspaceId, {
        content: "<script>alert(1)</script>",
        type,
      });
      const { headers } = await download(ann.client, id);
      expect(headers.get("content-type")).toBe("application/octet-stream");
      expect(headers.get("content-disposition")).toMatch(/^attachment;/);
    }
  });

  it("keeps a hostile name as it was, and never uses it as a path", async () => {
    for (const filename of [
      "../../../../tmp/evil",
      "..\\..\\evil",
      "/etc/passwd",
      "<img src=x onerror=alert(1)>",
      "\u202Egpj.exe",
    ]) {
      const upload = await uploadFile(ann.client, workspaceId, { content: "x", filename });
      expect(upload.filename).toBe(filename);
      expect(files()).toContain(upload.id);
      await ann.client.ok("DELETE", `/api/uploads/${upload.id}`);
      expect(files()).not.toContain(upload.id);
    }
  });
});

describe("an upload is refused", () => {
  const code = async (file: Parameters<typeof sendFile>[2], client = ann.client, workspace = workspaceId) => {
    const { status, body } = await sendFile(client, workspace, file);
    return [status, body.code];
  };

  it("to strangers, and for a workspace that is not there", async () => {
    expect(await code({ content: "x" }, stranger.client)).toEqual([404, "not_found"]);
    expect(await code({ content: "x" }, ann.client, newId("wsp"))).toEqual([404, "not_found"]);
    expect(await code({ content: "x" }, ann.client, "nonsense")).toEqual([404, "not_found"]);
  });

  it("that is larger than 64 MiB, also when its size is not told before", async () => {
    const before = files().length;
    const chunk = new Uint8Array(1024 * 1024);
    const head = Buffer.from(
      `--b\r\nContent-Disposition: form-data; name="file"; filename="big"\r\nContent-Type: text/plain\r\n\r\n`,
    );
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(sent === 0 ? head : chunk);
        if (++sent > 66) controller.close();
      },
    });
    const response = await fetch(`${ann.client.url}/api/uploads?workspace_id=${workspaceId}`, {
      method: "POST",
      headers: { ...ann.client.headers, "Content-Type": "multipart/form-data; boundary=b" },
      body,
      duplex: "half",
    });
    expect([response.status, await response.json()]).toEqual([
      413,
      expect.objectContaining({ code: "payload_too_large" }),
    ]);
    expect(files()).toHaveLength(before);
  });

  it("that unfolds to more pixels than anybody can look at", async () => {
    const before = files().length;
    const bomb = { content: png(60_000, 60_000), filename: "bomb.png", type: "image/png" };
    expect(await code(bomb)).toEqual([400, "invalid_request"]);
    expect(files()).toHaveLength(before);
  });

  it("whose form is none, is compressed, or has too much in it", async () => {
    const ask = async (body: string, headers: Record<string, string>) => {
      const path = `/api/uploads?workspace_id=${workspaceId}`;
      return (await ann.client.request("POST", path, { body, headers })).status;
    };
    expect(await ask("{}", {})).toBe(415);
    expect(await ask("x", { "Content-Type": "multipart/form-data; boundary=b" })).toBe(400);
    expect(
      await ask("x", { "Content-Type": "multipart/form-data; boundary=b", "Content-Encoding": "gzip" }),
    ).toBe(415);
    const fields = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${i}`, "x"]));
    expect(await code({ content: "x", fields })).toEqual([400, "invalid_request"]);
    expect(await code({ content: "x", fields: { width: "-1" } })).toEqual([400, "invalid_request"]);
    expect(await code({ content: "x", filename: "a".repeat(300) })).toEqual([400, "invalid_request"]);
  });

  it("beyond four at a time", async () => {
    const open = Array.from({ length: 4 }, () => {
      const ending = Promise.withResolvers<void>();
      const body = new ReadableStream({
        async pull(controller) {
          controller.enqueue(
            Buffer.from(`--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nslow`),
          );
          await ending.promise;
          controller.enqueue(Buffer.from("\r\n--b--\r\n"));
          controller.close();
        },
      });
      const answer = fetch(`${bob.client.url}/api/uploads?workspace_id=${workspaceId}`, {
        method: "POST",
        headers: { ...bob.client.headers, "Content-Type": "multipart/form-data; boundary=b" },
        body,
        duplex: "half",
      });
      return { ending, answer };
    });
    await expect
      .poll(() => code({ content: "x" }, bob.client), { timeout: 5_000 })
      .toEqual([429, "too_many_requests"]);
    for (const { ending } of open) ending.resolve();
    for (const { answer } of open) expect((await answer).status).toBe(201);
    expect((await sendFile(bob.client, workspaceId, { content: "x" })).status).toBe(201);
  });

  it("beyond what one may keep", async () => {
    const client = (await clickclack.client.signUp("hoarder")).client;
    const own = (await client.createWorkspace("Full")).id;
    const ids: Array<string> = [];
    for (let n = 0; n < 64; n++) ids.push((await uploadFile(client, own, { content: `${n}` })).id);
    expect(await code({ content: "x" }, client, own)).toEqual([413, "quota_exceeded"]);
    await client.ok("DELETE", `/api/uploads/${ids[0]}`);
    expect((await sendFile(client, own, { content: "x" })).status).toBe(201);
  });
});

describe("a nonce", () => {
  it("makes the same file one upload, and another file a conflict", async () => {
    const file = { content: "once", nonce: crypto.randomUUID() };
    // A message's nonce is another one.
    await ann.client.post(channelId, "same nonce", { nonce: file.nonce });
    const first = await sendFile(ann.client, workspaceId, file);
    const again = await sendFile(ann.client, workspaceId, file);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body.upload).toEqual(first.body.upload);
    const other = await sendFile(ann.client, workspaceId, { ...file, content: "twice" });
    expect([other.status, other.body.code]).toEqual([409, "idempotency_conflict"]);
    const path = `/api/uploads/by-nonce?workspace_id=${workspaceId}&nonce=${file.nonce}`;
    const found = await ann.client.request("GET", path);
    expect([found.status, found.body.upload]).toEqual([200, first.body.upload]);
    expect(found.headers.get("X-ClickClack-Upload-Nonce")).toBe("supported");
    const none = await bob.client.request("GET", path);
    expect([none.status, none.headers.get("X-ClickClack-Upload-Nonce")]).toEqual([404, "supported"]);
  });

  it("or an Idempotency-Key, sent at the same time by many, makes one upload", async () => {
    for (const how of [
      { nonce: crypto.randomUUID() },
      { headers: { "Idempotency-Key": crypto.randomUUID() } },
    ]) {
      const before = files().length;
      const answers = await Promise.all(
        Array.from({ length: 4 }, () => sendFile(ann.client, workspaceId, { content: "same", ...how })),
      );
      expect(new Set(answers.map(({ body }) => body.upload.id)).size).toBe(1);
      expect(files()).toHaveLength(before + 1);
    }
  });
});

describe("an attachment", () => {
  it("comes with the message that names it, or later, and is shown to whoever sees the message", async () => {
    const socket = await clickclack.watch({ workspaceId, headers: bob.client.headers });
    const [one, two] = [
      await uploadFile(ann.client, workspaceId, { content: png(2, 2), filename: "p.png", type: "image/png" }),
      await uploadFile(ann.client, workspaceId, { content: "two" }),
    ];
    expect((await download(bob.client, one.id)).status).toBe(404);
    const { message } = await ann.client.post(channelId, "see", { upload_id: one.id });
    expect(message.attachments).toEqual([one]);
    expect(
      await ann.client.ok("POST", `/api/messages/${message.id}/attachments`, { body: { upload_id: two.id } }),
    ).toEqual({ ok: true });
    await ann.client.ok("POST", `/api/messages/${message.id}/attachments`, { body: { upload_id: two.id } });
    const { messages } = await bob.client.list(channelId);
    expect(messages.at(-1)!.attachments).toEqual([one, two]);
    expect((await download(bob.client, two.id)).status).toBe(200);
    await socket.barrier();
    const updates = socket.events.filter(
      ({ type, payload }) => type === "message.updated" && payload["message_id"] === message.id,
    );
    expect(updates).toEqual([
      expect.objectContaining({
        channel_id: channelId,
        payload: { message_id: message.id, root_message_id: message.id },
      }),
    ]);
    const found = await bob.client.ok(
      "GET",
      `/api/search?workspace_id=${workspaceId}&q=${encodeURIComponent("see has:image")}`,
    );
    expect(found.results.map((it: { message_id: string }) => it.message_id)).toEqual([message.id]);
  });

  it("is on a reply as well, and on what is said in a conversation", async () => {
    const root = (await ann.client.post(channelId, "root")).message.id;
    const upload = await uploadFile(bob.client, workspaceId, { content: "reply" });
    const body = { body: "here", upload_id: upload.id };
    const reply = await bob.client.ok("POST", `/api/messages/${root}/thread/replies`, { body });
    expect(reply.message.attachments).toEqual([upload]);
    const dm = await ann.client.ok("POST", "/api/dms", {
      body: { workspace_id: workspaceId, member_ids: [bob.user.id] },
    });
    const own = await uploadFile(ann.client, workspaceId, { content: "private" });
    await ann.client.ok("POST", `/api/dms/${dm.conversation.id}/messages`, {
      body: { body: "for you", upload_id: own.id },
    });
    const third = await clickclack.client.signUp("third");
    await clickclack.operator.addMember(workspaceId, third.user.id, "member");
    expect((await download(bob.client, own.id)).status).toBe(200);
    expect((await download(third.client, own.id)).status).toBe(404);
  });

  it("is for the message's author, with a file of its own that is on no message", async () => {
    const mine = (await ann.client.post(channelId, "mine")).message.id;
    const upload = await uploadFile(ann.client, workspaceId, { content: "mine" });
    const others = await uploadFile(bob.client, workspaceId, { content: "others" });
    const attach = async (client: ApiClient, messageId: string, uploadId: string) => {
      const path = `/api/messages/${messageId}/attachments`;
      const { status, body } = await client.request("POST", path, { body: { upload_id: uploadId } });
      return [status, body.code];
    };
    expect(await attach(bob.client, mine, others.id)).toEqual([403, "not_author"]);
    expect(await attach(ann.client, mine, others.id)).toEqual([404, "not_found"]);
    expect(await attach(ann.client, mine, newId("upl"))).toEqual([404, "not_found"]);
    expect(await attach(ann.client, newId("msg"), upload.id)).toEqual([404, "not_found"]);
    expect(await attach(ann.client, mine, upload.id)).toEqual([200, undefined]);
    const second = (await ann.client.post(channelId, "second")).message.id;
    expect(await attach(ann.client, second, upload.id)).toEqual([409, "conflict"]);
    const posted = await ann.client.request("POST", `/api/channels/${channelId}/messages`, {
      body: { body: "third", upload_id: others.id },
    });
    expect(posted.status).toBe(404);
    const deleted = await ann.client.request("DELETE", `/api/uploads/${upload.id}`);
    expect([deleted.status, deleted.body.code]).toEqual([409, "conflict"]);
  });

  it("goes with its message, its bytes too", async () => {
    const upload = await uploadFile(ann.client, workspaceId, { content: "gone" });
    const { message } = await ann.client.post(channelId, "soon gone", { upload_id: upload.id });
    expect(files()).toContain(upload.id);
    const deleted = await ann.client.ok("DELETE", `/api/messages/${message.id}`);
    expect(deleted.message.attachments).toBeUndefined();
    expect((await download(ann.client, upload.id)).status).toBe(404);
    expect(files()).not.toContain(upload.id);
  });

  it("of a private channel is gone for whoever left it, also in the midst of a download", async () => {
    await clickclack.operator.joinChannel(workspaceId, secretId, bob.user.id);
    const content = new Uint8Array(randomBytes(40 * 1024 * 1024));
    const upload = await uploadFile(ann.client, workspaceId, { content });
    await ann.client.post(secretId, "secret", { upload_id: upload.id });
    const response = await download(bob.client, upload.id);
    const reader = response.body!.getReader();
    const first = (await reader.read()).value!.byteLength;
    await ann.client.ok("DELETE", `/api/channels/${secretId}/members/${bob.user.id}`);
    let received = first;
    const rest = async () => {
      for (let part = await reader.read(); !part.done; part = await reader.read())
        received += part.value.byteLength;
    };
    await expect(rest()).rejects.toThrow();
    expect(received).toBeLessThan(content.byteLength);
    expect((await download(bob.client, upload.id)).status).toBe(404);
    expect((await download(stranger.client, upload.id)).status).toBe(404);
  });
});
