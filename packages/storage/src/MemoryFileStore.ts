import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { type ByteRange, FileMissing, type FileStore, type StoredFile } from "./FileStore.ts";
import { requireKey } from "./requireKey.ts";
import { requireRange } from "./requireRange.ts";

/** Files in memory, for tests. */
export class MemoryFileStore implements FileStore {
  readonly #files = new Map<string, { readonly bytes: Buffer; readonly storedAt: Date }>();

  async put(key: string, body: Readable): Promise<void> {
    try {
      requireKey(key);
      const bytes = await buffer(body);
      this.#files.set(key, { bytes, storedAt: new Date() });
    } finally {
      body.destroy();
    }
  }

  async get(key: string, range?: ByteRange): Promise<Readable> {
    requireKey(key);
    const file = this.#files.get(key);
    if (file === undefined) throw new FileMissing(key);
    if (range !== undefined) requireRange(range, file.bytes.length);
    const part = range ? file.bytes.subarray(range.first, range.last + 1) : file.bytes;
    return Readable.from([part], { objectMode: false });
  }

  async remove(key: string): Promise<void> {
    requireKey(key);
    this.#files.delete(key);
  }

  async *list(): AsyncIterable<StoredFile> {
    for (const [key, { bytes, storedAt }] of this.#files) yield { key, byteSize: bytes.length, storedAt };
  }
}
