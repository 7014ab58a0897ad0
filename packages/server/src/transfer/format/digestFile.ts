import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { isPlainFile } from "./isPlainFile.ts";

/** A file's size and SHA-256; undefined where there is none, or something else than a file, such as a link. */
export const digestFile = async (
  path: string,
): Promise<{ readonly byteSize: number; readonly sha256: string } | undefined> => {
  if (!(await isPlainFile(path))) return undefined;
  const hash = createHash("sha256");
  let byteSize = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk as Buffer);
    byteSize += (chunk as Buffer).byteLength;
  }
  return { byteSize, sha256: hash.digest("hex") };
};
