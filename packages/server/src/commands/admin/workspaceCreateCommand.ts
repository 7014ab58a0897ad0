import { TypedText } from "@clickclack/protocol/http/endpoint";
import { Slug } from "@clickclack/protocol/http/WorkspacesGroup";
import { Command, Flag } from "effect/cli";
import * as Option from "effect/Option";
import { createWorkspace } from "../../operator/createWorkspace.ts";
import { asOperator } from "../asOperator.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";

const flags = {
  name: Flag.String("name").pipe(
    Flag.withSchema(TypedText(80)),
    Flag.withDescription("The workspace's name"),
  ),
  owner: Flag.String("owner").pipe(Flag.withDescription("Id, email or handle of the person who owns it")),
  slug: Flag.String("slug").pipe(
    Flag.withSchema(Slug),
    Flag.withDescription("What it is called in addresses: a-z, 0-9 and -; made of the name otherwise"),
    Flag.optional,
  ),
  ...instanceFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack admin workspace create`: prints the id alone, so that a script can keep it. */
export const workspaceCreateCommand = Command.make(
  "create",
  flags,
  runs(async ({ name, owner, slug, json, ...where }: Input) => {
    const wanted = { name, owner, ...(Option.isSome(slug) && { slug: slug.value }) };
    const workspace = await asOperator(where, (operator) => createWorkspace(operator, wanted));
    if (json) print.json({ workspace });
    else print.line(workspace.id);
  }),
).pipe(
  Command.withDescription("Make a workspace for somebody who has an account. Prints the workspace's id"),
  Command.withShortDescription("Make a workspace"),
  Command.withExamples([
    { command: 'clickclack admin workspace create --name "Our team" --owner ann@example.com' },
    { command: 'clickclack admin workspace create --name "Our team" --owner @ann --slug our-team --json' },
  ]),
);
