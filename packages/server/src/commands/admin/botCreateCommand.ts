import { TypedText } from "@clickclack/protocol/http/endpoint";
import { SCOPE_BUNDLES, SCOPES } from "@clickclack/protocol/http/Scopes";
import { Command, Flag } from "effect/cli";
import * as Option from "effect/Option";
import { createBot } from "../../operator/createBot.ts";
import { asOperator } from "../asOperator.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";
import { memberFlags } from "./memberFlags.ts";

/** What a bot needs that reads and talks. */
const DEFAULT_SCOPES = ["bot:write"];

const flags = {
  workspace: memberFlags.workspace,
  name: Flag.String("name").pipe(Flag.withSchema(TypedText(80)), Flag.withDescription("The bot's name")),
  handle: Flag.String("handle").pipe(
    Flag.withDescription("Its handle: 2 to 32 of a-z, 0-9, _ and -; made of the name otherwise"),
    Flag.optional,
  ),
  owner: Flag.String("owner").pipe(
    Flag.withDescription("Id, email or handle of the person who answers for it"),
    Flag.optional,
  ),
  scope: Flag.String("scope").pipe(
    Flag.withAlias("scopes"),
    Flag.withDescription(
      `What its token is good for; give it again for more, or name several with commas. ${DEFAULT_SCOPES.join(", ")} otherwise. There are ${[...Object.keys(SCOPE_BUNDLES), ...SCOPES].join(", ")}`,
    ),
    Flag.atLeast(0),
  ),
  ...instanceFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

const scopesOf = (typed: ReadonlyArray<string>): ReadonlyArray<string> =>
  typed.length === 0 ? DEFAULT_SCOPES : typed.flatMap((names) => names.split(",").map((name) => name.trim()));

/** `clickclack admin bot create`: the token is shown this once and kept nowhere. */
export const botCreateCommand = Command.make(
  "create",
  flags,
  runs(async ({ workspace, name, handle, owner, scope, json, ...where }: Input) => {
    const wanted = {
      workspace,
      name,
      scopes: scopesOf(scope),
      ...(Option.isSome(handle) && { handle: handle.value }),
      ...(Option.isSome(owner) && { owner: owner.value }),
    };
    const { bot, token, ...made } = await asOperator(where, async (operator) => {
      const created = await createBot(operator, wanted);
      return { ...created, bot: await operator.account(created.botId) };
    });
    if (!json) return print.line(token.token);
    print.json({
      bot: {
        id: bot.id,
        display_name: bot.displayName,
        handle: bot.handle,
        ...(made.ownerId !== undefined && { owner_user_id: made.ownerId }),
      },
      bot_token: {
        id: token.credentialId,
        name,
        workspace_id: made.workspaceId,
        scopes: made.scopes,
        created_at: token.createdAt,
        token: token.token,
      },
    });
  }),
).pipe(
  Command.withDescription("Add a bot to a workspace and issue its first token. Prints the token, this once"),
  Command.withShortDescription("Add a bot to a workspace"),
  Command.withExamples([
    { command: "clickclack admin bot create --workspace our-team --name Deploys" },
    {
      command:
        "clickclack admin bot create --workspace our-team --name Helper --owner @bob --scope bot:write,agent_activity:write --json",
    },
  ]),
);
