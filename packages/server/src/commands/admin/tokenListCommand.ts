import { Command, Flag } from "effect/cli";
import { asOperator } from "../asOperator.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";
import { memberFlags } from "./memberFlags.ts";

const flags = {
  user: memberFlags.user,
  sessions: Flag.Boolean("sessions").pipe(
    Flag.withDescription("List sessions too; they are revoked the same way"),
    Flag.withDefault(false),
  ),
  ...instanceFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack admin token list`: ids, names and times; the tokens themselves are known to nobody. */
export const tokenListCommand = Command.make(
  "list",
  flags,
  runs(async ({ user, sessions, json, ...where }: Input) => {
    const account = await asOperator(where, (operator) => operator.account(user));
    const tokens = [...account.credentials.values()]
      .filter(({ kind }) => kind === "token" || (sessions && kind === "session"))
      .map(({ id, kind, name, issuedAt, expiresAt, scopes, workspaceId }) => ({
        id,
        kind,
        ...(name !== undefined && { name }),
        created_at: issuedAt,
        ...(expiresAt !== undefined && { expires_at: expiresAt }),
        ...(scopes !== undefined && { scopes }),
        ...(workspaceId !== undefined && { workspace_id: workspaceId }),
      }));
    if (json) return print.json({ user_id: account.id, tokens });
    print.table(
      ["ID", "KIND", "NAME", "CREATED", "EXPIRES"],
      tokens.map((one) => [one.id, one.kind, one.name ?? "", one.created_at, one.expires_at ?? "never"]),
    );
  }),
).pipe(
  Command.withDescription("List a user's tokens by id and name"),
  Command.withExamples([
    { command: "clickclack admin token list --user bob@example.com" },
    { command: "clickclack admin token list --user bob@example.com --sessions --json" },
  ]),
);
