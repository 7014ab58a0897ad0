import { storageKey } from "@clickclack/gateway/files/receiveUpload";
import { storeFile } from "@clickclack/gateway/files/storeFile";
import { FileMissing, type FileStore } from "@clickclack/storage/FileStore";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { FILES_FOLDER } from "../format/ExportFormat.ts";
import { readLines } from "../format/readLines.ts";
import type { IdMap } from "../mapping/IdMap.ts";
import type { Progress } from "../Progress.ts";
import { TransferRefused } from "../TransferRefused.ts";
import { fileIn } from "./checkLines.ts";

interface FilesImport {
  readonly store: FileStore;
  readonly dir: string;
  readonly map: IdMap;
  readonly total: number;
  readonly progress: Progress;
}

export interface ImportedFiles {
  readonly stored: number;
  readonly present: number;
  readonly missing: number;
}

/** Stores the bytes of an export's uploads where the gateways look for them, each checked against its hash again. */
export const importFiles = async (options: FilesImport): Promise<ImportedFiles> => {
  const { store, dir, map, total, progress } = options;
  const counts = { stored: 0, present: 0, missing: 0 };
  for await (const line of readLines(join(dir, "files.jsonl"))) {
    const file = fileIn(line);
    const key = storageKey(map.workspaceId, map.idOf(file.upload_id));
    if (file.missing === true) counts.missing++;
    else if (await isStored(store, key)) counts.present++;
    else {
      const bytes = createReadStream(join(dir, FILES_FOLDER, file.upload_id));
      const { sha256 } = await storeFile(store, key, "application/octet-stream", bytes);
      if (sha256 !== file.sha256) {
        await store.remove(key);
        throw new TransferRefused(`${FILES_FOLDER}/${file.upload_id} was changed while it was read`);
      }
      counts.stored++;
    }
    progress.at("files", counts.stored + counts.present + counts.missing, total);
  }
  return counts;
};

/** A file is there whole or not at all. */
const isStored = async (store: FileStore, key: string): Promise<boolean> => {
  try {
    (await store.get(key)).destroy();
    return true;
  } catch (error) {
    if (error instanceof FileMissing) return false;
    throw error;
  }
};
