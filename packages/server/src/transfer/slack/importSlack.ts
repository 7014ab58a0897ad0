import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Operator } from "../../operator/Operator.ts";
import { type Imported, type ImportOptions, importWorkspace } from "../importing/importWorkspace.ts";
import { SlackArchive } from "./archive/SlackArchive.ts";
import { chooseOwner } from "./people/chooseOwner.ts";
import { handlesHere } from "./people/handlesHere.ts";
import { surveyArchive } from "./surveyArchive.ts";
import { translateArchive, type Translated } from "./translateArchive.ts";

export interface SlackImport extends Pick<
  ImportOptions,
  "deployment" | "db" | "store" | "progress" | "slug"
> {
  /** The zip that Slack handed out. */
  readonly file: string;
  /** What the workspace is called; what the file's name tells, otherwise. */
  readonly name?: string;
  /** Email or handle, here or in the export, of who will own it. */
  readonly owner?: string;
}

/**
 * Brings an export of Slack's into a new workspace. All of it is checked, and written down as an export of this program's in
 * a temporary folder, before anything is written here; its ids follow from Slack's. Throws TransferRefused.
 */
export const importSlack = async (options: SlackImport): Promise<Imported & Translated> => {
  const { file, deployment, progress, name = nameFrom(file) } = options;
  const archive = await SlackArchive.open(file);
  const dir = await mkdtemp(join(tmpdir(), "clickclack-slack-"));
  try {
    const survey = await surveyArchive(archive, progress);
    const { people } = survey;
    const owner = await chooseOwner(new Operator(deployment), people, options.owner);
    const handles = await handlesHere(deployment, people, progress);
    const { epoch } = deployment;
    const translated = await translateArchive({
      archive,
      survey,
      dir,
      name,
      owner,
      handles,
      epoch,
      progress,
    });
    return { ...(await importWorkspace({ ...options, dir, newIds: true, otherHistory })), ...translated };
  } finally {
    archive.close();
    await rm(dir, { recursive: true, force: true });
  }
};

const otherHistory =
  "it was imported from another export of the same workspace of Slack's; delete it first to import this one instead";

const MAX_NAME = 80;

/** Slack calls the file `Acme Slack export Jan 1 2024 - Feb 1 2024.zip`. */
const nameFrom = (file: string): string => {
  const name = basename(file)
    .replace(/\.zip$/i, "")
    .replace(/ Slack export .*$/i, "")
    .toWellFormed()
    .replace(/\p{Cc}+/gu, " ")
    .trim();
  return Array.from(name).slice(0, MAX_NAME).join("") || "Slack";
};
