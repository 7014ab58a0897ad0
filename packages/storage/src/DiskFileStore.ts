import { constants, type Dirent } from "node:fs";
import { lstat, mkdir, open, opendir, realpath, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { type ByteRange, FileMissing, type FileStore, type StoredFile } from "./FileStore.ts";
import { diskFailure, hasCode, onDisk } from "./onDisk.ts";
import { PartialFiles } from "./PartialFiles.ts";
import { isKey, requireKey } from "./requireKey.ts";
import { requireRange } from "./requireRange.ts";
import { StorageUnavailable } from "./StorageUnavailable.ts";
import { translateErrors } from "./translateErrors.ts";

/** How many names a listing holds in memory for each folder that it is in. */
const LIST_PAGE = 64;

/** Files below a folder that belongs to the server alone. Of two keys, neither may be a folder of the other. */
export class DiskFileStore implements FileStore {
  readonly #root: string;
  readonly #partials: PartialFiles;

  private constructor(root: string) {
    this.#root = root;
    this.#partials = new PartialFiles(root);
  }

  /** @throws StorageUnavailable when the folder cannot be made or written to */
  static async open(folder: string): Promise<DiskFileStore> {
    await onDisk(mkdir(folder, { recursive: true, mode: 0o700 }));
    const store = new DiskFileStore(await onDisk(realpath(folder)));
    await onDisk(store.#partials.prepare(Date.now()));
    return store;
  }

  async put(key: string, body: Readable): Promise<void> {
    // a stream that fails before it is read would otherwise end the process
    body.on("error", () => {});
    try {
      requireKey(key);
      const partial = await this.#partials.write(body);
      await onDisk(this.#place(partial, key)).catch(async (error: unknown) => {
        await this.#partials.discard(partial);
        throw error;
      });
    } finally {
      body.destroy();
    }
  }

  async get(key: string, range?: ByteRange): Promise<Readable> {
    requireKey(key);
    if (range !== undefined) requireRange(range);
    const handle = await this.#open(key);
    try {
      const stat = await onDisk(handle.stat());
      if (!stat.isFile()) throw new FileMissing(key);
      if (range !== undefined) requireRange(range, stat.size);
    } catch (error) {
      await handle.close();
      throw error;
    }
    const stream = handle.createReadStream(range ? { start: range.first, end: range.last } : {});
    return translateErrors(stream, (error) => diskFailure(error) as Error);
  }

  async remove(key: string): Promise<void> {
    requireKey(key);
    const path = join(this.#root, key);
    try {
      const folder = dirname(path);
      if ((await realpath(folder)) !== folder) return;
      await rm(path);
      await syncFolder(folder);
    } catch (error) {
      if (!isMissing(error)) throw diskFailure(error);
    }
  }

  async *list(): AsyncIterable<StoredFile> {
    try {
      yield* this.#listBelow("");
    } catch (error) {
      throw diskFailure(error);
    }
  }

  /** Follows no symbolic link, so that nothing outside the folder can be read. */
  async #open(key: string) {
    const path = join(this.#root, key);
    try {
      if ((await realpath(path)) !== path) throw new FileMissing(key);
      return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    } catch (error) {
      throw isMissing(error) ? new FileMissing(key) : diskFailure(error);
    }
  }

  async #place(partial: string, key: string): Promise<void> {
    const folders = await this.#makeFolders(key);
    await rename(partial, join(this.#root, key));
    // the outer ones too: another put may have made one a moment ago and not have come to this point yet
    for (const folder of folders.toReversed()) await syncFolder(folder);
  }

  /** Makes each folder on the way to the file by itself: none may be a symbolic link. Gives them from the outermost. */
  async #makeFolders(key: string): Promise<ReadonlyArray<string>> {
    const folders = [this.#root];
    for (const name of key.split("/").slice(0, -1)) {
      const folder = join(folders.at(-1)!, name);
      await makeFolder(folder);
      folders.push(folder);
    }
    return folders;
  }

  async *#listBelow(prefix: string): AsyncGenerator<StoredFile> {
    for await (const entry of entriesOf(join(this.#root, prefix))) {
      if (!isKey(entry.name)) continue;
      const key = `${prefix}${entry.name}`;
      if (entry.isDirectory()) yield* this.#listBelow(`${key}/`);
      if (!entry.isFile()) continue;
      const stat = await lstat(join(this.#root, key)).catch(unlessMissing);
      if (stat) yield { key, byteSize: stat.size, storedAt: stat.mtime };
    }
  }
}

const isMissing = (error: unknown) => hasCode(error, "ENOENT", "ENOTDIR", "ELOOP");

const unlessMissing = (error: unknown): undefined => {
  if (!isMissing(error)) throw error;
};

async function* entriesOf(folder: string): AsyncGenerator<Dirent> {
  const entries = await opendir(folder, { bufferSize: LIST_PAGE }).catch(unlessMissing);
  if (entries) yield* entries;
}

const makeFolder = async (folder: string): Promise<void> => {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    if ((await lstat(folder)).isDirectory()) return;
    throw new StorageUnavailable(
      "the storage folder cannot be used: something else is where a folder should be",
      {
        cause: error,
      },
    );
  }
};

/** Makes durable which names are in the folder. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  await handle.sync().finally(() => handle.close());
};
