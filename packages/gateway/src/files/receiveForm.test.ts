import fc from "fast-check";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { receiveForm } from "./receiveForm.ts";

const BOUNDARY = "frontier";
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;
const field = (name: string, value: string) =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const file = (content: string, name = "file", filename = "a.txt") =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"; filename="${filename}"\r\n` +
  `Content-Type: text/plain\r\n\r\n${content}\r\n`;
const END = `--${BOUNDARY}--\r\n`;

/** Sends a body in pieces of `size` bytes. */
const send = (text: string, { contentType = TYPE, max = 100, size = 7 } = {}) => {
  const bytes = Buffer.from(text);
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
  return receiveForm({
    body: Readable.from(pieces),
    contentType,
    maxFileBytes: max,
    take: async ({ stream, filename, fields }) => ({
      filename,
      before: { ...fields },
      text: (await buffer(stream)).toString(),
    }),
  });
};

const refused = (code: string) => expect.objectContaining({ code });

describe("a form", () => {
  test("gives its file, and the fields on both sides of it", async () => {
    const body = field("workspace_id", "wsp_1") + file("hello\r\nworld") + field("width", "4") + END;
    expect(await send(body)).toEqual({
      fields: { workspace_id: "wsp_1", width: "4" },
      taken: { filename: "a.txt", before: { workspace_id: "wsp_1" }, text: "hello\r\nworld" },
    });
  });

  test("keeps a file's name whole, with its path", async () => {
    const { taken } = await send(file("x", "file", "../../Öl.txt") + END);
    expect(taken.filename).toBe("../../Öl.txt");
  });

  test("takes a file of just the size that is allowed, and none of a byte more", async () => {
    expect((await send(file("x".repeat(100)) + END)).taken.text).toHaveLength(100);
    await expect(send(file("x".repeat(101)) + END)).rejects.toEqual(refused("payload_too_large"));
  });

  test("breaks off whoever reads a file that is too large", async () => {
    let failed: unknown;
    const body = Readable.from([Buffer.from(file("x".repeat(500)) + END)]);
    const received = receiveForm({
      body,
      contentType: TYPE,
      maxFileBytes: 100,
      take: ({ stream }) =>
        buffer(stream).catch((error: unknown) => {
          failed = error;
          throw error;
        }),
    });
    await expect(received).rejects.toEqual(refused("payload_too_large"));
    expect(failed).toEqual(refused("payload_too_large"));
  });

  test.each([
    ["without a file", field("workspace_id", "wsp_1") + END],
    ["whose file has another name", file("x", "other") + END],
    ["that gives a field twice", field("width", "1") + field("width", "2") + file("x") + END],
    ["with a field that is too long", field("width", "1".repeat(300)) + file("x") + END],
    ["with two files", file("x") + file("y") + END],
    [
      "with very many parts",
      field("a", "1") + Array.from({ length: 50 }, (_, i) => field(`b${i}`, "1")).join("") + file("x") + END,
    ],
    ["that breaks off", field("width", "1") + file("x").slice(0, -4)],
    ["that is no form", "hello"],
  ])("%s is refused", async (_, body) => {
    await expect(send(body)).rejects.toEqual(refused("invalid_request"));
  });

  test("of another type is refused", async () => {
    const body = file("x") + END;
    await expect(send(body, { contentType: "application/json" })).rejects.toEqual(
      refused("unsupported_media_type"),
    );
    await expect(send(body, { contentType: "multipart/form-data; x=y" })).rejects.toEqual(
      refused("invalid_request"),
    );
  });

  test("fails as its body or its reader fails", async () => {
    const body = new Readable({ read: () => undefined });
    const options = { body, contentType: TYPE, maxFileBytes: 100 };
    const received = receiveForm({ ...options, take: ({ stream }) => buffer(stream) });
    body.push(field("a", "b") + file("x").slice(0, -4));
    body.destroy(new Error("gone"));
    await expect(received).rejects.toThrow("gone");
    const take = () => Promise.reject(new Error("full"));
    const other = { ...options, body: Readable.from([Buffer.from(file("x") + END)]), take };
    await expect(receiveForm(other)).rejects.toThrow("full");
  });

  test("is given or refused, whatever the bytes are", async () => {
    const pieces = fc.array(
      fc.oneof(fc.constantFrom(`--${BOUNDARY}`, "\r\n", "--", END, field("a", "b"), file("x")), fc.string()),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(pieces, fc.integer({ min: 1, max: 40 }), async (parts, size) => {
        const outcome = await send(parts.join(""), { size }).then(
          () => "given",
          (error: { code?: string }) => error.code,
        );
        expect(["given", "invalid_request", "payload_too_large"]).toContain(outcome);
      }),
      { numRuns: 200 },
    );
  });
});
