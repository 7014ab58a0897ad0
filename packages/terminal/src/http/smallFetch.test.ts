import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { smallFetch } from "./smallFetch.ts";

const serve = async (answer: RequestListener): Promise<string> => {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const withinMs = 10_000;

test("a request goes out whole, and its answer comes back", async () => {
  const url = await serve((request, response) => {
    const chunks: Array<Buffer> = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      response.writeHead(201, { "Content-Type": "application/json", "Retry-After": "7" });
      const { method, url: path, headers } = request;
      const said = Buffer.concat(chunks).toString();
      response.end(JSON.stringify({ method, path, token: headers.authorization, said }));
    });
  });
  const headers = { Authorization: "Bearer x" };
  const answer = await smallFetch(`${url}/a?b=c`, { method: "PATCH", headers, body: "größer", withinMs });
  expect([answer.status, answer.ok, answer.headers.get("Retry-After"), answer.headers.get("no")]).toEqual([
    201,
    true,
    "7",
    null,
  ]);
  expect(await answer.json()).toEqual({ method: "PATCH", path: "/a?b=c", token: "Bearer x", said: "größer" });
});

test("bytes are bytes, and a refusal is no error", async () => {
  const url = await serve((_, response) => void response.writeHead(404).end(Buffer.from([0, 255, 1])));
  const answer = await smallFetch(url, { withinMs });
  expect([answer.status, answer.ok]).toEqual([404, false]);
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(new Uint8Array([0, 255, 1]));
});

test("nobody there, and an answer that breaks off, are a TypeError with its cause", async () => {
  const nobody = smallFetch("http://127.0.0.1:9/", { withinMs });
  await expect(nobody).rejects.toMatchObject({ name: "TypeError", cause: { code: "ECONNREFUSED" } });
  const url = await serve((_, response) => {
    response.writeHead(200, { "Content-Length": "100" }).write("half");
    setImmediate(() => response.destroy());
  });
  const broken = smallFetch(url, { withinMs });
  await expect(broken).rejects.toMatchObject({ name: "TypeError", cause: { code: "ECONNRESET" } });
});

test("a server that does not answer in time is a TimeoutError, before its answer and within it", async () => {
  const silent = await serve(() => undefined);
  await expect(smallFetch(silent, { withinMs: 20 })).rejects.toMatchObject({ name: "TimeoutError" });
  const slow = await serve((_, response) => void response.writeHead(200).write("half"));
  await expect(smallFetch(slow, { withinMs: 100 })).rejects.toMatchObject({ name: "TimeoutError" });
});

test("a signal ends the wait with its reason", async () => {
  const leaving = new AbortController();
  const url = await serve(() => leaving.abort(new Error("goodbye")));
  const asked = () => smallFetch(url, { withinMs, signal: leaving.signal });
  await expect(asked()).rejects.toThrow("goodbye");
  await expect(asked()).rejects.toThrow("goodbye");
});

test("an answer without end is not read", async () => {
  const url = await serve((_, response) => {
    const chunk = Buffer.alloc(1024 * 1024);
    const more = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on("drain", more);
    more();
  });
  await expect(smallFetch(url, { withinMs })).rejects.toThrow(/more than \d+ bytes/);
});
