import * as NodeServices from "@effect/platform-node/NodeServices";
import * as Cause from "effect/Cause";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import { Command } from "effect/cli";
import { clickclack } from "./commands/clickclack.ts";
import { exitCodeOf, explain } from "./commands/exitCode.ts";
import { VERSION } from "./version.ts";

// Whoever reads what is printed may go away before the end, as `head` does. That is no failure of ours.
process.stdout.on("error", () => undefined);

const program = clickclack.pipe(Command.run({ version: VERSION }), Effect.provide(NodeServices.layer));

const exit = await Effect.runPromiseExit(program);
if (Exit.isFailure(exit)) {
  const error = Cause.squash(exit.cause);
  const text = explain(error);
  if (text !== undefined) process.stderr.write(`${text}\n`);
  process.exit(exitCodeOf(error));
}
process.exit(0);
