import { nameFromEmail } from "@clickclack/identity/account/displayName";
import { Command, Flag } from "effect/cli";
import * as Option from "effect/Option";
import { Operator } from "../../operator/Operator.ts";
import { asOperator } from "../asOperator.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { instanceOf } from "../instanceOf.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";
import { accountFlags } from "./accountFlags.ts";
import { showLink } from "./showLink.ts";

const flags = {
  email: accountFlags.email,
  name: accountFlags.name.pipe(
    Flag.withDescription("Name of a new account; what stands before the @ otherwise"),
    Flag.optional,
  ),
  ...instanceFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack admin magic-link create`: how somebody gets in who has no session. */
export const magicLinkCreateCommand = Command.make(
  "create",
  flags,
  runs(async ({ email, name, json, ...where }: Input) => {
    const { userId, link } = await asOperator(where, async ({ deployment: { accounts } }) => {
      const displayName = Option.getOrElse(name, () => nameFromEmail(email));
      const id = await accounts.findOrCreate({ kind: "human", displayName, email }, Operator.ACTOR);
      return { userId: id, link: await accounts.issueMagicLink(id, Operator.ACTOR) };
    });
    const { credentialId: id, token, createdAt: created_at, expiresAt: expires_at } = link;
    if (json)
      return print.json({ magic_link: { id, email, created_at, expires_at }, user_id: userId, token });
    print.line(token);
    // Scripts keep what stands on stderr; the token is not for that.
    print.hint(showLink("TOKEN", expires_at, instanceOf(where).running?.addr));
  }),
).pipe(
  Command.withDescription(
    "Make a one-time sign-in token, and the account if there is none with this email. Prints the token",
  ),
  Command.withShortDescription("Make a one-time sign-in token"),
  Command.withExamples([
    { command: "clickclack admin magic-link create --email ann@example.com" },
    { command: "clickclack admin magic-link create --email ann@example.com --name Ann --json" },
  ]),
);
