import { Command } from "effect/cli";
import { instanceFlags } from "../instanceFlags.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { runs } from "../runs.ts";
import { memberFlags } from "./memberFlags.ts";
import { sendToMember } from "./sendToMember.ts";

const flags = { ...memberFlags, ...instanceFlags, json: jsonFlag };

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack admin workspace transfer`: also where the owner can no longer be asked. */
export const workspaceTransferCommand = Command.make(
  "transfer",
  flags,
  runs((input: Input) =>
    sendToMember(
      input,
      ({ id, kind, active }) => ({
        type: "TransferOwnership",
        userId: id,
        activePerson: kind === "human" && active,
      }),
      "owned by",
    ),
  ),
).pipe(
  Command.withDescription(
    "Hand a workspace over to one of its moderators or members; who owned it is a moderator then",
  ),
  Command.withShortDescription("Hand a workspace over to a member"),
  Command.withExamples([
    { command: "clickclack admin workspace transfer --workspace our-team --user bob@example.com" },
  ]),
);
