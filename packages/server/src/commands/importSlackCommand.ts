import { Argument, Command, Flag } from "effect/cli";
import * as Option from "effect/Option";
import { resolve } from "node:path";
import { Slug } from "@clickclack/protocol/http/WorkspacesGroup";
import type { importSlack as importIt } from "../transfer/slack/importSlack.ts";
import { instanceFlags } from "./instanceFlags.ts";
import { jsonFlag } from "./jsonFlag.ts";
import { OUTCOMES, withPlaces } from "./importPlaces.ts";
import { print } from "./print.ts";
import { progressOf } from "./progressOf.ts";
import { runs } from "./runs.ts";
import { UsageError } from "./exitCode.ts";

const flags = {
  file: Argument.String("file").pipe(Argument.withDescription("The zip that Slack handed out")),
  workspaceName: Flag.String("workspace-name").pipe(
    Flag.withDescription("What the workspace is called; what the file's name tells, otherwise"),
    Flag.optional,
  ),
  slug: Flag.String("slug").pipe(
    Flag.withSchema(Slug),
    Flag.withDescription("Its slug; made of its name otherwise, with a number where that is taken"),
    Flag.optional,
  ),
  owner: Flag.String("owner").pipe(
    Flag.withDescription(
      "Email or handle of who will own it; the primary owner in Slack, or the first administrator, otherwise",
    ),
    Flag.optional,
  ),
  ...instanceFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack import slack`: an export of Slack's into a new workspace. */
export const importSlackCommand = Command.make(
  "slack",
  flags,
  runs(async ({ file, workspaceName, slug, owner, json, ...where }: Input) => {
    const name = Option.map(workspaceName, readName);
    const { importSlack } = await import("../transfer/slack/importSlack.ts");
    const imported = await withPlaces(where, (places) =>
      importSlack({
        ...places,
        file: resolve(file),
        progress: progressOf(json),
        ...(Option.isSome(name) && { name: name.value }),
        ...(Option.isSome(slug) && { slug: slug.value }),
        ...(Option.isSome(owner) && { owner: owner.value }),
      }),
    );
    tell(imported, json);
  }),
).pipe(
  Command.withDescription(
    `Bring an export of Slack's into a new workspace: people, channels, conversations, messages with their times, threads,
reactions and pins. All of the archive is checked before anything is written; an import that was interrupted goes on where it
ended, and one that is done changes nothing when it is run again with the same archive.

Who has an account here, by email, keeps it; the others get one without credentials, and sign in by a magic link. Files are
not in an export of Slack's: a message that had some tells their names, and links to where they are`,
  ),
  Command.withShortDescription("Bring an export of Slack's into a new workspace"),
  Command.withExamples([
    { command: "clickclack import slack 'Acme Slack export Jan 1 2024 - Feb 1 2026.zip'" },
    {
      command: "clickclack import slack acme.zip --workspace-name Acme --slug acme --owner ada@example.com",
      description: "Named, and owned by somebody who may be in the export or here",
    },
  ]),
);

const MAX_NAME = 80;

const readName = (text: string): string => {
  const name = text.trim();
  if (name === "" || Array.from(name).length > MAX_NAME || !name.isWellFormed())
    throw new UsageError(`a workspace's name has 1 to ${MAX_NAME} characters`);
  return name;
};

const tell = (imported: Awaited<ReturnType<typeof importIt>>, json: boolean): void => {
  const { workspaceId, slug, outcome, counts, skipped, accounts, visible } = imported;
  if (json) {
    const workspace = { id: workspaceId, slug };
    return print.json({ workspace, outcome, ...counts, accounts, skipped, visible });
  }
  print.line(`${OUTCOMES[outcome]}: ${slug} (${workspaceId})`);
  print.line(
    `channels:   ${counts.channels} public, ${counts.private_channels} private, ${counts.conversations} conversations`,
  );
  print.line(
    `accounts:   ${counts.people} people, ${counts.bots} bots; ${accounts.created} made, ${accounts.kept} kept, ${accounts.mapped} found by email`,
  );
  print.line(
    `messages:   ${counts.messages}, and ${counts.replies} replies, ${counts.reactions} reactions, ${counts.pins} pins`,
  );
  const left = Object.entries(skipped).map(([what, count]) => `${count} ${what.replaceAll("_", " ")}`);
  print.line(`left out:   ${left.length === 0 ? "nothing" : left.join(", ")}`);
  print.line(
    visible ? "everybody sees it now" : "the read models are not there yet: clickclack projections status",
  );
};
