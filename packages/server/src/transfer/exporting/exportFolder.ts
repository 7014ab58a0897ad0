import { mkdir, open, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { FILES_FOLDER, LINE_FILES, MANIFEST, type Manifest } from "../format/ExportFormat.ts";
import { TransferRefused } from "../TransferRefused.ts";

const DRAFT = `${MANIFEST}.part`;
const OURS: ReadonlySet<string> = new Set([...LINE_FILES, FILES_FOLDER, DRAFT]);

/** Makes the folder of an export: a new one, an empty one, or one where an export was interrupted. Throws TransferRefused. */
export const prepareFolder = async (dir: string): Promise<void> => {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const names = await readdir(dir);
  if (names.includes(MANIFEST))
    throw new TransferRefused(`${dir} holds a complete export already; name another folder`);
  const foreign = names.find((name) => !OURS.has(name));
  if (foreign !== undefined)
    throw new TransferRefused(`${dir} holds something else, such as ${foreign}; name an empty folder`);
};

/** Declares an export complete: in one step, once all of it is on the disk. */
export const writeManifest = async (dir: string, manifest: Manifest): Promise<void> => {
  const file = await open(join(dir, DRAFT), "w", 0o600);
  try {
    await file.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(join(dir, DRAFT), join(dir, MANIFEST));
};
