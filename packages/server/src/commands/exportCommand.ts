import { Command, Flag } from "effect/cli";
import { resolve } from "node:path";
import { asOperator } from "./asOperator.ts";
import { instanceFlags } from "./instanceFlags.ts";
import { jsonFlag } from "./jsonFlag.ts";
import { print } from "./print.ts";
import { progressOf } from "./progressOf.ts";
import { runs } from "./runs.ts";

const flags = {
  workspace: Flag.String("workspace").pipe(Flag.withDescription("Id or slug of the workspace")),
  out: Flag.String("out").pipe(
    Flag.withDescription("Folder to write to: a new one, an empty one, or that of an interrupted export"),
  ),
  withDrafts: Flag.Boolean("with-drafts").pipe(
    Flag.withDescription("Export what people are writing and have not sent, too"),
    Flag.withDefault(false),
  ),
  ...instanceFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack export`: a workspace as files that another deployment can read. */
export const exportCommand = Command.make(
  "export",
  flags,
  runs(async ({ workspace, out, withDrafts, json, ...where }: Input) => {
    const dir = resolve(out);
    const { openKnownUploads } = await import("../serve/openUploads.ts");
    const { exportWorkspace } = await import("../transfer/exporting/exportWorkspace.ts");
    const { manifest, missing } = await asOperator(where, async (operator) => {
      const { deployment } = operator;
      const workspaceId = await operator.workspace(workspace);
      const { store, close } = await openKnownUploads(deployment.meta);
      try {
        const progress = progressOf(json);
        return await exportWorkspace({ deployment, store, workspaceId, dir, withDrafts, progress });
      } finally {
        await close();
      }
    });
    for (const id of missing) print.hint(`${id} is left out: its bytes are gone or are not what was sent`);
    const { workspace: exported, version, counts } = manifest;
    if (json) return print.json({ dir, workspace: exported, version, counts, missing });
    print.line(`exported ${exported.slug} (${exported.id}) up to version ${version} to ${dir}`);
    print.line(
      `${counts.events} events, ${counts.accounts} accounts, ${counts.files} files (${counts.bytes} bytes)`,
    );
  }),
).pipe(
  Command.withDescription(
    `Write a whole workspace down as JSON lines and files, while it goes on; what is written meanwhile is not part of it.

The folder holds accounts.jsonl (who occurs in it; no passwords, tokens or hashes), commits.jsonl (every commit of its log:
id, scope, type, events), personal.jsonl (how far people have read, and their preferences), files.jsonl and files/<upload id>
(every upload that exists), and at last manifest.json (format, workspace, version, counts, and the SHA-256 of each file).
Without manifest.json an export is incomplete: run it again into the same folder. Texts and files of deleted messages are
left out. Invites are void elsewhere. It holds private channels and conversations: keep it safe`,
  ),
  Command.withShortDescription("Write a whole workspace down as JSON lines and files"),
  Command.withExamples([
    { command: "clickclack export --workspace our-team --out our-team-export" },
    {
      command: "clickclack export --workspace our-team --out /backup/our-team --with-drafts --json",
      description: "With drafts; progress and outcome for a script",
    },
  ]),
);
