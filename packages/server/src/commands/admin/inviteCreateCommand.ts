import { inviteUrl } from "@clickclack/gateway/surfaces/clickclack/inviteView";
import { InviteRole } from "@clickclack/protocol/events/WorkspaceEvents";
import { MAX_USES } from "@clickclack/protocol/http/InvitesGroup";
import { Command, Flag } from "effect/cli";
import * as Option from "effect/Option";
import { createInvite } from "../../operator/invites.ts";
import { asOperator } from "../asOperator.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { instanceOf } from "../instanceOf.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { readDuration } from "../readDuration.ts";
import { runs } from "../runs.ts";
import { memberFlags } from "./memberFlags.ts";

const flags = {
  workspace: memberFlags.workspace,
  role: Flag.Literals("role", InviteRole.literals).pipe(
    Flag.withDescription("What those become who accept it"),
    Flag.withDefault("member"),
  ),
  channel: Flag.String("channel").pipe(
    Flag.withDescription("Id or name of a channel that it leads into; a guest's needs one"),
    Flag.optional,
  ),
  expiresIn: Flag.String("expires-in").pipe(
    Flag.withDescription("When it ends: 30m, 12h, 7d, or never; in 7d otherwise"),
    Flag.optional,
  ),
  maxUses: Flag.Int("max-uses").pipe(
    Flag.filter(
      (n) => n >= 1 && n <= MAX_USES,
      (n) => `${n} is not between 1 and ${MAX_USES}`,
    ),
    Flag.withDescription("How many may join by it; as many as come otherwise"),
    Flag.optional,
  ),
  ...instanceFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack admin invite create`: prints the code, and below it the address to send to people. */
export const inviteCreateCommand = Command.make(
  "create",
  flags,
  runs(async ({ workspace, role, channel, expiresIn, maxUses, json, ...where }: Input) => {
    const life = Option.getOrUndefined(expiresIn);
    const wanted = {
      workspace,
      role,
      ...(Option.isSome(channel) && { channel: channel.value }),
      ...(life !== undefined && { expiresIn: life === "never" ? null : readDuration(life) }),
      ...(Option.isSome(maxUses) && { maxUses: maxUses.value }),
    };
    const invite = await asOperator(where, (operator) => createInvite(operator, wanted));
    const url = inviteUrl(`http://${instanceOf(where).running?.addr || "HOST:PORT"}`, invite.code!);
    if (json) return print.json({ invite, url });
    print.line(invite.code!);
    print.line(url);
  }),
).pipe(
  Command.withDescription(
    "Make an invite to a workspace. Prints its code, and the address to send to people",
  ),
  Command.withShortDescription("Make an invite to a workspace"),
  Command.withExamples([
    { command: "clickclack admin invite create --workspace our-team" },
    {
      command:
        "clickclack admin invite create --workspace our-team --role guest --channel lobby --expires-in 12h --max-uses 5 --json",
    },
  ]),
);
