import { isId } from "@clickclack/protocol/Ids";
import { join } from "node:path";
import { digestFile } from "../format/digestFile.ts";
import { FILES_FOLDER, type FileLine, type LineFile, type Manifest } from "../format/ExportFormat.ts";
import { type Line, readLines } from "../format/readLines.ts";
import { Survey } from "../exporting/Survey.ts";
import type { Progress } from "../Progress.ts";
import { TransferRefused } from "../TransferRefused.ts";
import { CommitCheck, type ExportedCommit } from "./CommitCheck.ts";
import { accountIn, fileIn, personalIn } from "./checkLines.ts";
import { readManifest } from "./readManifest.ts";

export interface VerifyOptions {
  readonly dir: string;
  readonly progress: Progress;
  /** Looks at each commit that is well formed; what it throws ends the verification. */
  readonly onCommit?: (commit: ExportedCommit) => Promise<void> | void;
}

/** Reads a whole export before anything is done with it. Throws TransferRefused, naming the file, and the line if it can. */
export const verifyExport = async (options: VerifyOptions): Promise<Manifest> => {
  const { dir } = options;
  const manifest = await readManifest(dir);
  const { workspace } = manifest;
  if (!isId("wsp", workspace.id)) throw new TransferRefused("manifest.json names no workspace");
  await eachLine(dir, manifest, "accounts.jsonl", accountIn);
  const uploads = await verifyCommits(options, manifest);
  await eachLine(dir, manifest, "personal.jsonl", (line) => personalIn(line, workspace.id));
  await verifyFiles(options, manifest, uploads);
  return manifest;
};

const verifyCommits = async (
  { dir, progress, onCommit }: VerifyOptions,
  manifest: Manifest,
): Promise<Survey["uploads"]> => {
  const check = new CommitCheck(manifest.workspace.id);
  const survey = new Survey();
  await eachLine(dir, manifest, "commits.jsonl", async (line) => {
    const commit = check.check(line);
    for (const event of commit.events) survey.add(event);
    progress.at("verify", check.version, manifest.version);
    await onCommit?.(commit);
  });
  if (check.version === 0) throw new TransferRefused("commits.jsonl holds nothing");
  if (check.version !== manifest.version)
    throw new TransferRefused(`commits.jsonl ends at version ${check.version}, not ${manifest.version}`);
  if (survey.slug !== manifest.workspace.slug)
    throw new TransferRefused("manifest.json names another slug than commits.jsonl");
  return survey.uploads;
};

const verifyFiles = async (
  { dir, progress }: VerifyOptions,
  manifest: Manifest,
  uploads: Survey["uploads"],
): Promise<void> => {
  const total = manifest.counts.files;
  let done = 0;
  await eachLine(dir, manifest, "files.jsonl", async (line) => {
    const file = fileIn(line);
    const upload = uploads.get(file.upload_id);
    uploads.delete(file.upload_id);
    if (upload?.sha256 !== file.sha256 || upload.byteSize !== file.byte_size)
      throw new TransferRefused(`${line.where}: commits.jsonl tells of no such upload`);
    if (file.missing !== true) await verifyFile(dir, file);
    progress.at("verify files", ++done, total);
  });
  const [left] = uploads.keys();
  if (left !== undefined) throw new TransferRefused(`files.jsonl does not tell of the upload ${left}`);
};

const verifyFile = async (dir: string, file: FileLine): Promise<void> => {
  const name = `${FILES_FOLDER}/${file.upload_id}`;
  const found = await digestFile(join(dir, name));
  if (!found) throw new TransferRefused(`${name} is missing`);
  if (found.byteSize !== file.byte_size) throw new TransferRefused(`${name} has not the size that it had`);
  if (found.sha256 !== file.sha256) throw new TransferRefused(`${name} is damaged: its SHA-256 differs`);
};

/** Reads one of an export's files, and compares it with what the manifest says once its lines are found good. */
const eachLine = async (
  dir: string,
  manifest: Manifest,
  name: LineFile,
  onLine: (line: Line) => unknown,
): Promise<void> => {
  const said = manifest.files.find((file) => file.name === name)!;
  const lines = readLines(join(dir, name), (read) => {
    if (read.lines !== said.lines)
      throw new TransferRefused(`${name} is cut off: it has ${read.lines} of ${said.lines} lines`);
    if (read.sha256 !== said.sha256)
      throw new TransferRefused(`${name} is damaged: its SHA-256 is not the one that the manifest says`);
  });
  for await (const line of lines) await onLine(line);
};
