import { Command, Flag } from "effect/cli";
import { instanceFlags } from "../instanceFlags.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { runs } from "../runs.ts";
import { memberFlags } from "./memberFlags.ts";
import { sendToMember } from "./sendToMember.ts";

const flags = {
  ...memberFlags,
  role: Flag.Literals("role", ["member", "moderator", "guest"]).pipe(
    Flag.withDescription("What the member may do from now on"),
  ),
  ...instanceFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack admin workspace member role`: owners are made by `admin workspace transfer`. */
export const memberRoleCommand = Command.make(
  "role",
  flags,
  runs(({ role, ...input }: Input) =>
    sendToMember(
      input,
      ({ id }) => ({ type: "ModerateMember", userId: id, changes: { role } }),
      `${role} now:`,
    ),
  ),
).pipe(
  Command.withDescription("Change what a member may do; a guest sees only the channels that it joined"),
  Command.withShortDescription("Change a member's role"),
  Command.withExamples([
    {
      command:
        "clickclack admin workspace member role --workspace our-team --user bob@example.com --role moderator",
    },
  ]),
);
