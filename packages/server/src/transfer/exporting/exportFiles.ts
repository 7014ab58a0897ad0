import { FileMeter } from "@clickclack/gateway/files/FileMeter";
import { storageKey } from "@clickclack/gateway/files/receiveUpload";
import { FileMissing, type FileStore } from "@clickclack/storage/FileStore";
import { createWriteStream } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { FILES_FOLDER, type FileLine } from "../format/ExportFormat.ts";
import { digestFile } from "../format/digestFile.ts";
import { type WrittenLines, writeLines } from "../format/LineWriter.ts";
import type { Progress } from "../Progress.ts";

/** An upload that existed at the export's version. */
export interface ExportedUpload {
  readonly byteSize: number;
  readonly sha256: string;
}

export interface ExportedFiles {
  readonly lines: WrittenLines;
  readonly bytes: number;
  /** Uploads whose bytes are gone or are not what was uploaded. */
  readonly missing: ReadonlyArray<string>;
}

interface FilesExport {
  readonly store: FileStore;
  readonly workspaceId: string;
  readonly dir: string;
  readonly uploads: ReadonlyMap<string, ExportedUpload>;
  readonly progress: Progress;
}

/** Copies the bytes of uploads into the export, each checked against its hash. What an earlier attempt copied stays. */
export const exportFiles = async (options: FilesExport): Promise<ExportedFiles> => {
  const { dir, uploads, progress } = options;
  await mkdir(join(dir, FILES_FOLDER), { recursive: true, mode: 0o700 });
  const missing: Array<string> = [];
  let bytes = 0;
  const lines = await writeLines(join(dir, "files.jsonl"), async (writer) => {
    for (const [id, upload] of uploads) {
      progress.at("files", writer.lines, uploads.size);
      const line = { upload_id: id, byte_size: upload.byteSize, sha256: upload.sha256 };
      const copied = await copyFile(options, id, upload);
      if (copied) bytes += upload.byteSize;
      else missing.push(id);
      await writer.write((copied ? line : { ...line, missing: true }) satisfies FileLine);
    }
  });
  progress.at("files", uploads.size, uploads.size);
  return { lines, bytes, missing };
};

const copyFile = async (
  { store, workspaceId, dir }: FilesExport,
  id: string,
  { byteSize, sha256 }: ExportedUpload,
): Promise<boolean> => {
  const path = join(dir, FILES_FOLDER, id);
  const earlier = await digestFile(path);
  if (earlier?.sha256 === sha256 && earlier.byteSize === byteSize) return true;
  const partial = `${path}.part`;
  try {
    const meter = new FileMeter();
    const source = await store.get(storageKey(workspaceId, id));
    await pipeline(source, meter, createWriteStream(partial, { mode: 0o600 }));
    if (meter.byteSize === byteSize && meter.sha256() === sha256) {
      await syncFile(partial);
      await rename(partial, path);
      return true;
    }
  } catch (error) {
    await rm(partial, { force: true });
    if (!(error instanceof FileMissing)) throw error;
  }
  await rm(partial, { force: true });
  return false;
};

const syncFile = async (path: string): Promise<void> => {
  const file = await open(path, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
};
