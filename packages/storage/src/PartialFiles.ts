import { createHash, randomBytes } from "node:crypto";
import { lstat, mkdir, open, opendir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { hasCode, onDisk } from "./onDisk.ts";

/** No key has a dot, so no file can have its place here. */
export const PARTIAL_FOLDER = ".partial";

/** No upload takes a day: what another machine left behind for so long belongs to nobody. */
const ABANDONED_MS = 24 * 60 * 60 * 1_000;

/** The name holds no character that would need care. */
const host = createHash("sha256").update(hostname()).digest("hex").slice(0, 16);

/** Tells this process from an earlier one that had the same pid, as the first one in a container always has. */
const instance = randomBytes(8).toString("hex");

const NAME = /^([0-9a-f]{16})-(\d+)-([0-9a-f]{16})-[0-9a-f]{16}$/;

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !hasCode(error, "ESRCH");
  }
};

/** Whether the process that wrote this is known to have ended. A process on another machine never is. */
const isOrphan = (name: string): boolean => {
  const [, writtenOn, pid, writtenBy] = NAME.exec(name) ?? [];
  if (writtenOn !== host || writtenBy === instance) return false;
  return Number(pid) === process.pid || !isRunning(Number(pid));
};

/** Where a file lies until it is whole: in the same file system as the others, so that a rename puts it in its place. */
export class PartialFiles {
  readonly #folder: string;

  constructor(root: string) {
    this.#folder = join(root, PARTIAL_FOLDER);
  }

  /** Makes the folder, writes and removes a file in it, and removes what killed processes left. */
  async prepare(now: number): Promise<void> {
    await mkdir(this.#folder, { mode: 0o700, recursive: true });
    const probe = this.#newPath();
    try {
      const handle = await open(probe, "wx", 0o600);
      await handle.sync().finally(() => handle.close());
    } finally {
      await rm(probe, { force: true });
    }
    await this.#sweep(now);
  }

  /** Writes all of the stream to a new file and waits until it is durable. Fails, leaving nothing, when either does. */
  async write(body: Readable): Promise<string> {
    const path = this.#newPath();
    try {
      await writeTo(path, body);
      return path;
    } catch (error) {
      await this.discard(path);
      throw error;
    }
  }

  /** Removes the file if it is there. */
  async discard(path: string): Promise<void> {
    await rm(path, { force: true }).catch(() => {
      // the failure that led here tells more; the next start sweeps
    });
  }

  #newPath(): string {
    const name = `${host}-${process.pid}-${instance}-${randomBytes(8).toString("hex")}`;
    return join(this.#folder, name);
  }

  async #sweep(now: number): Promise<void> {
    for await (const entry of await opendir(this.#folder)) {
      const path = join(this.#folder, entry.name);
      if (isOrphan(entry.name) || (await isOlder(path, now - ABANDONED_MS))) await rm(path, { force: true });
    }
  }
}

const isOlder = async (path: string, than: number): Promise<boolean> => {
  try {
    return (await lstat(path)).mtimeMs < than;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
};

/** Only the file's own failures are translated: those of the stream are its sender's. */
const writeTo = async (path: string, body: Readable): Promise<void> => {
  const handle = await onDisk(open(path, "wx", 0o600));
  try {
    for await (const chunk of body) await onDisk(handle.writeFile(chunk as Uint8Array));
    await onDisk(handle.sync());
  } finally {
    await onDisk(handle.close());
  }
};
