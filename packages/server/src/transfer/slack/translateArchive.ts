import { slugify } from "@clickclack/workspace/channel/slugify";
import { join } from "node:path";
import { VERSION } from "../../version.ts";
import { prepareFolder, writeManifest } from "../exporting/exportFolder.ts";
import { type AccountLine, EXPORT_FORMAT, type Manifest } from "../format/ExportFormat.ts";
import { writeLines } from "../format/LineWriter.ts";
import type { Progress } from "../Progress.ts";
import type { SlackArchive } from "./archive/SlackArchive.ts";
import { MessageTranslation } from "./log/MessageTranslation.ts";
import { TranslatedLog } from "./log/TranslatedLog.ts";
import type { Counts, Translation } from "./log/Translation.ts";
import { translateEnds } from "./log/translateEnds.ts";
import { translatePlaces } from "./log/translatePlaces.ts";
import type { Person } from "./people/People.ts";
import { Skipped } from "./Skipped.ts";
import type { SlackSurvey } from "./surveyArchive.ts";

export interface TranslateOptions {
  readonly archive: SlackArchive;
  readonly survey: SlackSurvey;
  /** An empty folder, which becomes an export of this program's. */
  readonly dir: string;
  readonly name: string;
  readonly owner: string;
  /** What people are called here, by their id in Slack. */
  readonly handles: ReadonlyMap<string, string>;
  readonly epoch: number;
  readonly progress: Progress;
}

export interface Translated {
  readonly counts: Counts;
  readonly skipped: Skipped["counts"];
}

/** Writes an export of Slack's down as one of this program's, for it to be imported as those are. Throws TransferRefused. */
export const translateArchive = async (options: TranslateOptions): Promise<Translated> => {
  const { survey, dir, name, owner, epoch } = options;
  const { ids, people } = survey;
  await prepareFolder(dir);
  const workspace = { id: ids.of("wsp", 0), name, slug: slugFor(name) };
  const accounts = await writeLines(join(dir, "accounts.jsonl"), async (writer) => {
    for (const person of people) await writer.write(accountOf(person, survey, owner));
  });
  const [skipped, counts] = [new Skipped(), noCounts()];
  let version = 0;
  const commits = await writeLines(join(dir, "commits.jsonl"), async (writer) => {
    const log = new TranslatedLog(writer, ids, workspace.id);
    await translate({ ...options, log, workspace, skipped, counts }, options.progress);
    version = log.version;
  });
  const personal = await writeLines(join(dir, "personal.jsonl"), async () => undefined);
  const files = await writeLines(join(dir, "files.jsonl"), async () => undefined);
  const manifest: Manifest = {
    format: EXPORT_FORMAT,
    source: { program: VERSION, epoch, exported_at: new Date().toISOString() },
    workspace,
    version,
    with_drafts: false,
    counts: {
      accounts: accounts.lines,
      commits: commits.lines,
      events: version,
      personal_states: 0,
      files: 0,
      bytes: 0,
      missing_files: 0,
      redacted_messages: 0,
    },
    files: [
      { name: "personal.jsonl", ...personal },
      { name: "accounts.jsonl", ...accounts },
      { name: "commits.jsonl", ...commits },
      { name: "files.jsonl", ...files },
    ],
  };
  await writeManifest(dir, manifest);
  return { counts, skipped: skipped.counts };
};

type Parts = Omit<Translation, "places" | "references"> & Pick<TranslateOptions, "handles">;

const translate = async ({ handles, ...parts }: Parts, progress: Progress): Promise<void> => {
  const { log } = parts;
  const places = new Map<string, string>();
  const references = {
    handleOf: (key: string) => handles.get(key),
    channelOf: (key: string) => log.state.channels.get(places.get(key) ?? "")?.name,
  };
  const translation: Translation = { ...parts, places, references };
  await translatePlaces(translation);
  const messages = new MessageTranslation(translation);
  await messages.run(progress);
  await translateEnds(translation, messages);
  await log.finish();
};

const accountOf = (person: Person, { from }: SlackSurvey, owner: string): AccountLine => {
  const { id, kind, name, handle, email, active, endedAt } = person;
  return {
    id,
    kind,
    display_name: name,
    handle,
    ...(email !== undefined && { email }),
    avatar_url: "",
    ...(kind === "bot" && { owner_user_id: owner }),
    created_at: new Date(from).toISOString(),
    ...(!active && { deleted_at: new Date(Math.max(from, endedAt)).toISOString() }),
  };
};

const slugFor = (name: string): string =>
  slugify(name)
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/-{2,}/g, "-")
    .slice(0, 48)
    .replace(/^-+|-+$/g, "") || "workspace";

const noCounts = (): Counts => ({
  channels: 0,
  private_channels: 0,
  conversations: 0,
  people: 0,
  bots: 0,
  messages: 0,
  replies: 0,
  reactions: 0,
  pins: 0,
});
