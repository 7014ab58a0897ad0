import { Command } from "effect/cli";
import { serveCommand } from "./serveCommand.ts";

/** The command line: one server, and everything to run and look after it. */
export const clickclack = Command.make("clickclack").pipe(
  Command.withDescription("Chat infrastructure that a team can own"),
  Command.withSubcommands([serveCommand]),
);
