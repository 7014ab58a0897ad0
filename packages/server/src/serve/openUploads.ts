import type { MetaStore } from "@clickclack/eventsourcing/MetaStore";
import type { FileStore } from "@clickclack/storage/FileStore";
import { openFileStore } from "@clickclack/storage/openFileStore";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Settings, SettingsError } from "./Settings.ts";

/** Where a deployment keeps its files, as its processes tell each other; `id` marks the very folder. */
interface UploadsMeta {
  readonly url: string;
  readonly id: string;
}

export interface OpenUploads {
  readonly store: FileStore;
  readonly url: string;
  readonly close: () => Promise<void>;
}

const KEY = "uploads";
const MARKER = ".deployment";

/**
 * Opens the one place where the whole deployment keeps its files: the one that was asked for, else the one that another
 * process told, else a folder of this process's own. Throws SettingsError where that place is not within reach: files
 * that lie here and there would be found by chance.
 */
export const openUploads = async (settings: Settings, meta: MetaStore): Promise<OpenUploads> => {
  const known = await meta.get<UploadsMeta>(KEY);
  const own = pathToFileURL(join(settings.dataDir, "uploads")).href;
  const asked = settings.uploads ?? (settings.nats === undefined ? own : undefined);
  if (asked !== undefined) {
    const here = { url: asked, id: markerIn(asked) ?? known?.id ?? randomUUID() };
    const open = await openAt(here.url);
    mark(here);
    if (known?.url !== here.url || known.id !== here.id) await meta.put(KEY, here);
    return open;
  }
  const mine = { url: own, id: markerIn(own) ?? randomUUID() };
  const place = known ?? (await meta.getOrPut<UploadsMeta>(KEY, mine));
  if (place.id !== mine.id && place.url.startsWith("file:") && markerIn(place.url) !== place.id)
    throw elsewhere(place);
  const open = await openAt(place.url);
  if (place.id === mine.id) mark(place);
  return open;
};

/**
 * Opens the place where a running deployment keeps its files, as its processes tell; makes none. Throws SettingsError where
 * that is not within reach.
 */
export const openKnownUploads = async (meta: MetaStore): Promise<OpenUploads> => {
  const known = await meta.get<UploadsMeta>(KEY);
  if (known === undefined)
    throw new SettingsError("this deployment has no place for files yet; start a gateway with it first");
  if (known.url.startsWith("file:") && markerIn(known.url) !== known.id) throw elsewhere(known);
  return openAt(known.url);
};

const openAt = async (url: string): Promise<OpenUploads> => {
  const { store, close } = await openFileStore(url).catch((cause: unknown) => {
    throw new SettingsError(cause instanceof Error ? cause.message : String(cause));
  });
  return { store, url, close };
};

const elsewhere = ({ url }: UploadsMeta) =>
  new SettingsError(
    `this deployment keeps its files in ${fileURLToPath(url)}, which is not that folder here; share it with this ` +
      "machine and name it with --uploads, or let all processes use --uploads s3://BUCKET",
  );

const markerOf = (url: string): string | undefined =>
  url.startsWith("file:") ? join(fileURLToPath(url), MARKER) : undefined;

const markerIn = (url: string): string | undefined => {
  const path = markerOf(url);
  return path !== undefined && existsSync(path) ? readFileSync(path, "utf8").trim() : undefined;
};

const mark = ({ url, id }: UploadsMeta): void => {
  const path = markerOf(url);
  if (path === undefined || existsSync(path)) return;
  mkdirSync(fileURLToPath(url), { recursive: true, mode: 0o700 });
  writeFileSync(path, `${id}\n`, { mode: 0o600 });
};
