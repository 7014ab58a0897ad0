import { HELP } from "@clickclack/terminal/entry/HELP";
import { Command } from "effect/cli";
import { print } from "../print.ts";
import { runs } from "../runs.ts";

/** `clickclack chat`, as the list of commands shows it: the chat itself is a program of its own, which `bin/clickclack` starts. */
export const chatCommand = Command.make(
  "chat",
  {},
  runs(async () => print.line(HELP.trimEnd())),
).pipe(
  Command.withDescription("Chat in the terminal: rooms over ws://, or the channels of a workspace"),
  Command.withExamples([
    { command: "clickclack chat --url ws://127.0.0.1:8080 --name ada" },
    { command: "clickclack chat --name ada --room ops --tui" },
  ]),
);
