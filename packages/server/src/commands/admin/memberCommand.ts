import { Command } from "effect/cli";
import { changeMember } from "./changeMember.ts";
import { memberAddCommand } from "./memberAddCommand.ts";
import { memberListCommand } from "./memberListCommand.ts";
import { memberRoleCommand } from "./memberRoleCommand.ts";
import { memberTimeoutCommand } from "./memberTimeoutCommand.ts";

export const memberCommand = Command.make("member").pipe(
  Command.withDescription("Who belongs to a workspace"),
  Command.withSubcommands([
    memberListCommand,
    memberAddCommand,
    memberRoleCommand,
    memberTimeoutCommand,
    changeMember({
      name: "remove",
      description: "Take a member out of a workspace, at once and everywhere; what they wrote stays",
      done: "removed",
      command: (userId) => ({ type: "RemoveMember", userId }),
    }),
    changeMember({
      name: "block",
      description: "Keep a member from reading and writing in a workspace, at once and everywhere",
      done: "blocked",
      command: (userId) => ({ type: "ModerateMember", userId, changes: { blocked: true } }),
    }),
    changeMember({
      name: "unblock",
      description: "Let a blocked member back in",
      done: "unblocked",
      command: (userId) => ({ type: "ModerateMember", userId, changes: { blocked: false } }),
    }),
  ]),
);
