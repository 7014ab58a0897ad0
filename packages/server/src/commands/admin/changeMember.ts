import type { WorkspaceCommand } from "@clickclack/workspace/Commands";
import { Command } from "effect/cli";
import { instanceFlags } from "../instanceFlags.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { runs } from "../runs.ts";
import { memberFlags } from "./memberFlags.ts";
import { sendToMember } from "./sendToMember.ts";

const flags = { ...memberFlags, ...instanceFlags, json: jsonFlag };

type Input = Command.Command.Config.Infer<typeof flags>;

export interface MemberChange {
  readonly name: string;
  readonly description: string;
  /** What is said when it is done, before the user's id. */
  readonly done: string;
  readonly command: (userId: string) => WorkspaceCommand;
}

/** A command that sends one change of a member to the workspace. */
export const changeMember = ({ name, description, done, command }: MemberChange) =>
  Command.make(
    name,
    flags,
    runs((input: Input) => sendToMember(input, ({ id }) => command(id), done)),
  ).pipe(
    Command.withDescription(description),
    Command.withExamples([
      {
        command: `clickclack admin workspace member ${name} --workspace our-team --user bob@example.com`,
      },
    ]),
  );
