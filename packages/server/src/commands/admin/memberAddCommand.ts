import { Command, Flag } from "effect/cli";
import { instanceFlags } from "../instanceFlags.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { runs } from "../runs.ts";
import { memberFlags } from "./memberFlags.ts";
import { sendToMember } from "./sendToMember.ts";

const flags = {
  ...memberFlags,
  role: Flag.Literals("role", ["member", "moderator", "guest"]).pipe(
    Flag.withDescription("What a person may do there; bots are bots"),
    Flag.withDefault("member"),
  ),
  ...instanceFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack admin workspace member add`: somebody who has an account already. */
export const memberAddCommand = Command.make(
  "add",
  flags,
  runs(({ role, ...input }: Input) =>
    sendToMember(
      input,
      ({ id, kind }) => ({ type: "AddMember", userId: id, role: kind === "bot" ? "bot" : role }),
      "added",
    ),
  ),
).pipe(
  Command.withDescription(
    "Add somebody who has an account to a workspace; a member who is there already stays as it is",
  ),
  Command.withShortDescription("Add an account to a workspace"),
  Command.withExamples([
    { command: "clickclack admin workspace member add --workspace our-team --user bob@example.com" },
    { command: "clickclack admin workspace member add --workspace our-team --user @gus --role guest --json" },
  ]),
);
