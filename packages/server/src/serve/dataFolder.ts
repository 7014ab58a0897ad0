import { newId } from "@clickclack/protocol/Ids";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a running process tells about itself in its data folder. */
export interface RunFile {
  readonly pid: number;
  readonly addr: string;
  readonly nats: string;
  readonly db: string;
}

const RUN_FILE = "run.json";

export const makeDataFolder = (dataDir: string): void => {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
};

/** The name that this folder's process goes by among its kind; the same after a restart. */
export const nodeName = (dataDir: string): string => {
  const path = join(dataDir, "node");
  if (!existsSync(path)) writeAtomically(path, newId("req").slice("req_".length));
  return readFileSync(path, "utf8").trim();
};

/** Writes `run.json`, which holds the URLs with their passwords, for this user alone. */
export const writeRunFile = (dataDir: string, run: RunFile): void =>
  writeAtomically(join(dataDir, RUN_FILE), `${JSON.stringify(run, null, 2)}\n`);

/** Removes `run.json` if it still is this process's. */
export const removeRunFile = (dataDir: string): void => {
  if (readRunFile(dataDir)?.pid === process.pid) rmSync(join(dataDir, RUN_FILE), { force: true });
};

/** What the folder's process told of itself; undefined when none is known. */
export const readRunFile = (dataDir: string): RunFile | undefined => {
  const path = join(dataDir, RUN_FILE);
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, "utf8")) as RunFile;
  } catch {
    return undefined;
  }
};

const writeAtomically = (path: string, text: string): void => {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
};
