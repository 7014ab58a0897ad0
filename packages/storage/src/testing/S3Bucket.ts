import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** S3 refuses smaller parts, but for the last one. */
const MIN_PART = 5 * 1_024 * 1_024;

/** Bytes in a file of the folder. */
export interface Blob {
  readonly paths: ReadonlyArray<string>;
  readonly size: number;
  readonly sha256: string;
}

export interface StoredObject extends Blob {
  readonly at: Date;
}

/** An error that S3 answers with. */
export class S3Refusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number) {
    super(code);
    this.code = code;
    this.status = status;
  }
}

/** The objects of one bucket and the uploads in parts that have not ended. */
export class S3Bucket {
  readonly objects = new Map<string, StoredObject>();
  readonly uploads = new Map<string, Map<number, Blob>>();
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Stores a request's body, which must have the hash that was signed. */
  async receive(body: Readable, sha256: string): Promise<Blob> {
    const path = join(this.#folder, randomUUID());
    const hash = createHash("sha256");
    let size = 0;
    const measured = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    };
    await pipeline(body, measured, createWriteStream(path));
    const received = hash.digest("hex");
    if (received !== sha256) throw new S3Refusal("XAmzContentSHA256Mismatch", 400);
    return { paths: [path], size, sha256: received };
  }

  put(key: string, blob: Blob): void {
    this.objects.set(key, { ...blob, at: new Date() });
  }

  object(key: string): StoredObject {
    const found = this.objects.get(key);
    if (found === undefined) throw new S3Refusal("NoSuchKey", 404);
    return found;
  }

  begin(): string {
    const id = randomUUID();
    this.uploads.set(id, new Map());
    return id;
  }

  parts(uploadId: string): Map<number, Blob> {
    const parts = this.uploads.get(uploadId);
    if (parts === undefined) throw new S3Refusal("NoSuchUpload", 404);
    return parts;
  }

  /** Puts the parts together that the request lists. */
  complete(key: string, uploadId: string, listed: ReadonlyArray<{ number: number; etag: string }>): void {
    const parts = this.parts(uploadId);
    const blobs = listed.map(({ number, etag }) => {
      const part = parts.get(number);
      if (part?.sha256 !== etag) throw new S3Refusal("InvalidPart", 400);
      return part;
    });
    if (blobs.length === 0) throw new S3Refusal("MalformedXML", 400);
    if (blobs.slice(0, -1).some(({ size }) => size < MIN_PART)) throw new S3Refusal("EntityTooSmall", 400);
    const size = blobs.reduce((sum, blob) => sum + blob.size, 0);
    this.put(key, { paths: blobs.flatMap(({ paths }) => paths), size, sha256: randomUUID() });
    this.uploads.delete(uploadId);
  }

  /** The bytes from `first` to `last`, both included. */
  async *read({ paths }: Blob, first: number, last: number): AsyncGenerator<Buffer> {
    let at = 0;
    for (const path of paths) {
      for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
        const part = chunk.subarray(Math.max(0, first - at), Math.max(0, last + 1 - at));
        at += chunk.length;
        if (part.length > 0) yield part;
      }
    }
  }
}
