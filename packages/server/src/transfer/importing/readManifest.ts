import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { EXPORT_FORMAT, LINE_FILES, MANIFEST, Manifest } from "../format/ExportFormat.ts";
import { isPlainFile } from "../format/isPlainFile.ts";
import { TransferRefused } from "../TransferRefused.ts";

const decode = Schema.decodeUnknownResult(Manifest, { onExcessProperty: "error" });

/** The manifest of a complete export of a format that this program reads. Throws TransferRefused. */
export const readManifest = async (dir: string): Promise<Manifest> => {
  const path = join(dir, MANIFEST);
  const text = (await isPlainFile(path)) ? await readFile(path, "utf8").catch(() => undefined) : undefined;
  if (text === undefined)
    throw new TransferRefused(
      `${dir} holds no complete export: ${MANIFEST} is missing; run the export into it again`,
    );
  const json = parse(text);
  const format = (json as { readonly format?: unknown } | null)?.format;
  if (typeof format === "number" && format !== EXPORT_FORMAT)
    throw new TransferRefused(
      `this export is of format ${format}; this program reads format ${EXPORT_FORMAT}`,
    );
  const manifest = decode(json);
  if (Result.isFailure(manifest))
    throw new TransferRefused(`${MANIFEST} is damaged: ${String(manifest.failure)}`);
  const names = manifest.success.files.map(({ name }) => name);
  if (names.length !== LINE_FILES.length || new Set(names).size !== LINE_FILES.length)
    throw new TransferRefused(`${MANIFEST} is damaged: it does not name each file once`);
  return manifest.success;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new TransferRefused(`${MANIFEST} is no JSON`);
  }
};
