import { Argument, Command, Flag } from "effect/cli";
import * as Option from "effect/Option";
import { resolve } from "node:path";
import { Slug } from "@clickclack/protocol/http/WorkspacesGroup";
import type { Imported } from "../transfer/importing/importWorkspace.ts";
import { CheckFailed } from "./exitCode.ts";
import { OUTCOMES, withPlaces } from "./importPlaces.ts";
import { importSlackCommand } from "./importSlackCommand.ts";
import { instanceFlags } from "./instanceFlags.ts";
import { jsonFlag } from "./jsonFlag.ts";
import { print } from "./print.ts";
import { progressOf } from "./progressOf.ts";
import { runs } from "./runs.ts";

const flags = {
  dir: Argument.String("dir").pipe(Argument.withDescription("Folder that an export was written to")),
  newIds: Flag.Boolean("new-ids").pipe(
    Flag.withDescription("Give the workspace and all that is in it new ids: for a copy beside the original"),
    Flag.withDefault(false),
  ),
  slug: Flag.String("slug").pipe(
    Flag.withSchema(Slug),
    Flag.withDescription("Its slug here; the exported one otherwise, with a number where that is taken"),
    Flag.optional,
  ),
  verify: Flag.Boolean("verify").pipe(
    Flag.withDescription("Export it again afterwards, to a temporary folder, and compare"),
    Flag.withDefault(false),
  ),
  ...instanceFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack import`: an exported workspace into this deployment. A folder named `slack` is reached as `./slack`. */
export const importCommand = Command.make(
  "import",
  flags,
  runs(async ({ dir, newIds, slug, verify, json, ...where }: Input) => {
    const differences = await withPlaces(where, async (places) => {
      const wanted = { dir: resolve(dir), newIds, ...(Option.isSome(slug) && { slug: slug.value }) };
      const options = { ...places, ...wanted, progress: progressOf(json) };
      const { importWorkspace } = await import("../transfer/importing/importWorkspace.ts");
      const { verifyImport } = await import("../transfer/importing/verifyImport.ts");
      const imported = await importWorkspace(options);
      const differing = verify ? await verifyImport(options, imported) : undefined;
      tell(imported, json, differing);
      return differing ?? [];
    });
    if (differences.length > 0)
      throw new CheckFailed(`what was imported differs from the export: ${differences.join("; ")}`);
  }),
).pipe(
  Command.withDescription(
    `Bring an exported workspace into this deployment: accounts, files, history and how far people have read. All of the
export is checked before anything is written; an import that was interrupted goes on where it ended, and one that is done
changes nothing when it is run again.

Who has an account here, by id or by email, keeps it as it is; the others get one without credentials, and sign in by a
magic link. Ids stay, unless --new-ids: then texts stay as they were written, and links to messages in them lead to the
original. Invites and idempotency keys are void`,
  ),
  Command.withShortDescription("Bring an exported workspace into this deployment"),
  Command.withExamples([
    { command: "clickclack import our-team-export" },
    {
      command: "clickclack import our-team-export --new-ids --slug our-team-copy --verify",
      description: "A copy beside the original, compared with it afterwards",
    },
  ]),
  Command.withSubcommands([importSlackCommand]),
);

const tell = (imported: Imported, json: boolean, differences: ReadonlyArray<string> | undefined): void => {
  const { workspaceId, slug, outcome, manifest, accounts, commits, files, personalStates, visible } =
    imported;
  const { version } = manifest;
  if (json) {
    return print.json({
      workspace: { id: workspaceId, slug },
      outcome,
      version,
      accounts,
      commits,
      files,
      personal_states: personalStates,
      visible,
      ...(differences !== undefined && { verified: differences.length === 0, differences }),
    });
  }
  print.line(`${OUTCOMES[outcome]}: ${slug} (${workspaceId}) up to version ${version}`);
  print.line(
    `accounts:   ${accounts.created} made, ${accounts.kept} kept, ${accounts.mapped} found by email`,
  );
  print.line(`commits:    ${commits.written} written, ${commits.present} there before`);
  print.line(
    `files:      ${files.stored} stored, ${files.present} there before, ${files.missing} not in the export`,
  );
  print.line(
    visible ? "everybody sees it now" : "the read models are not there yet: clickclack projections status",
  );
  if (differences?.length === 0) print.line("an export of it equals this one");
};
