import { TypedText } from "@clickclack/protocol/http/endpoint";
import { Command, Flag } from "effect/cli";
import { bootstrap } from "../../operator/bootstrap.ts";
import { asOperator } from "../asOperator.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { instanceOf } from "../instanceOf.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";
import { accountFlags } from "./accountFlags.ts";
import { showLink } from "./showLink.ts";

const flags = {
  ...accountFlags,
  workspace: Flag.String("workspace").pipe(
    Flag.withSchema(TypedText(80)),
    Flag.withDescription("Name of the first workspace"),
    Flag.withDefault("ClickClack"),
  ),
  ...instanceFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack admin bootstrap`: from a tool on one machine to a deployment that somebody owns. */
export const bootstrapCommand = Command.make(
  "bootstrap",
  flags,
  runs(async ({ name, email, workspace: workspaceName, json, ...where }: Input) => {
    const wanted = { name, email, workspace: workspaceName };
    const { userId, workspace, link } = await asOperator(where, (operator) => bootstrap(operator, wanted));
    const { credentialId: id, token, expiresAt: expires_at } = link;
    if (json) return print.json({ user_id: userId, workspace, magic_link: { id, expires_at }, token });
    print.line(`owner:      ${userId}  ${name} <${email}>`);
    print.line(`workspace:  ${workspace.id}  ${workspace.slug}, with the channel general`);
    print.line(`token:      ${token}`);
    print.line(showLink(token, expires_at, instanceOf(where).running?.addr));
    print.line("development mode is off now: requests need a session or a token");
  }),
).pipe(
  Command.withDescription(
    "Give a deployment its first owner and workspace; from then on every request needs credentials",
  ),
  Command.withShortDescription("Give a deployment its first owner and workspace"),
  Command.withExamples([
    { command: "clickclack admin bootstrap --name Ann --email ann@example.com" },
    {
      command: 'clickclack admin bootstrap --name Ann --email ann@example.com --workspace "Our team" --json',
      description: "With a workspace of that name, for a script",
    },
  ]),
);
