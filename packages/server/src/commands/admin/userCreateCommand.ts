import { Command, Flag } from "effect/cli";
import * as Option from "effect/Option";
import { Operator } from "../../operator/Operator.ts";
import { asOperator } from "../asOperator.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";
import { accountFlags } from "./accountFlags.ts";
import { memberFlags } from "./memberFlags.ts";

const flags = {
  workspace: memberFlags.workspace,
  ...accountFlags,
  handle: Flag.String("handle").pipe(
    Flag.withDescription("Handle of a new account: 2 to 32 of a-z, 0-9, _ and -; made of the name otherwise"),
    Flag.optional,
  ),
  role: Flag.Literals("role", ["member", "moderator", "guest"]).pipe(
    Flag.withDescription("What a new member may do"),
    Flag.withDefault("member"),
  ),
  ...instanceFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

const createUser = async (operator: Operator, input: Input) => {
  const { accounts, directory } = operator.deployment;
  const workspaceId = await operator.workspace(input.workspace);
  const handle = Option.getOrUndefined(input.handle);
  const wanted = { kind: "human", displayName: input.name, email: input.email } as const;
  const existing = await accounts.findByEmail(input.email);
  const userId =
    existing?.id ??
    (await accounts.findOrCreate({ ...wanted, ...(handle !== undefined && { handle }) }, Operator.ACTOR));
  const { events } = await operator.send(workspaceId, { type: "AddMember", userId, role: input.role });
  const account = await directory.findCurrent(userId);
  return {
    id: userId,
    display_name: account?.displayName,
    handle: account?.handle,
    email: account?.email,
    workspace_id: workspaceId,
    account_created: existing === undefined,
    member_added: events.length > 0,
  };
};

/** `clickclack admin user create`: prints the id alone, so that a script can keep it. */
export const userCreateCommand = Command.make(
  "create",
  flags,
  runs(async (input: Input) => {
    const user = await asOperator(input, (operator) => createUser(operator, input));
    if (input.json) print.json(user);
    else print.line(user.id);
  }),
).pipe(
  Command.withDescription(
    "Add a person to a workspace; the account is made unless there is one with this email. Prints the user's id",
  ),
  Command.withShortDescription("Add a person to a workspace"),
  Command.withExamples([
    { command: "clickclack admin user create --workspace our-team --name Bob --email bob@example.com" },
    {
      command:
        "clickclack admin user create --workspace our-team --name Bob --email bob@example.com --handle bob --role moderator --json",
    },
  ]),
);
