import type { Readable } from "node:stream";

/** A part of a file: its first byte and its last, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** A file as a listing tells of it. */
export interface StoredFile {
  readonly key: string;
  readonly byteSize: number;
  readonly storedAt: Date;
}

/** There is no file under this key. */
export class FileMissing extends Error {
  readonly key: string;

  constructor(key: string) {
    super(`there is no file ${key}`);
    this.key = key;
  }
}

/**
 * Where the bytes of uploads lie: a folder, or a bucket. Keys are made of `[A-Za-z0-9_-]` and single slashes, never of
 * what somebody typed. A file is there whole or not at all, and is never changed once it is there. Every method may throw StorageUnavailable, and
 * InvalidKey for what is no key.
 */
export interface FileStore {
  /** Stores what the stream gives; durable once the promise is fulfilled. Fails, leaving nothing, when the stream does. */
  put(key: string, body: Readable): Promise<void>;
  /** A stream of the file, or of a part that lies within it. Throws {@link FileMissing}, and RangeError if the part does not. */
  get(key: string, range?: ByteRange): Promise<Readable>;
  /** Removes a file; one that is not there is as good as removed. */
  remove(key: string): Promise<void>;
  /** Every file, in no particular order, a page at a time behind the scenes; what is put or removed meanwhile may be missing. */
  list(): AsyncIterable<StoredFile>;
}
