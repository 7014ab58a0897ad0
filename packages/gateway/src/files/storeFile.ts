import type { FileStore } from "@clickclack/storage/FileStore";
import { pipeline } from "node:stream/promises";
import type { Readable } from "node:stream";
import { FileMeter } from "./FileMeter.ts";
import { type PictureSize, pictureSize } from "./pictureSize.ts";

/** What a stored file turned out to be. */
export interface StoredFacts {
  readonly byteSize: number;
  /** In hexadecimal. */
  readonly sha256: string;
  /** Of a picture. */
  readonly size?: PictureSize;
}

/**
 * Stores a file as it comes and tells what it is; nothing is left of one that breaks off or is refused.
 * Throws ApiFailure and StorageUnavailable.
 */
export const storeFile = async (
  files: FileStore,
  key: string,
  contentType: string,
  stream: Readable,
): Promise<StoredFacts> => {
  const meter = new FileMeter();
  const copied = pipeline(stream, meter);
  try {
    await Promise.all([copied, files.put(key, meter)]);
    const size = pictureSize(contentType, meter.head());
    return { byteSize: meter.byteSize, sha256: meter.sha256(), ...(size && { size }) };
  } catch (error) {
    await files.remove(key).catch(() => undefined);
    throw error;
  }
};
