import { Command } from "effect/cli";
import { logRules } from "../../log/logRules.ts";
import { verifyLog } from "../../log/verifyLog.ts";
import { asOperator } from "../asOperator.ts";
import { CheckFailed } from "../exitCode.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";

/** What goes wrong first explains the rest. */
const SHOWN = 20;

const flags = { ...instanceFlags, json: jsonFlag };

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack log verify`: whether the log is what every reader of it relies on. */
export const verifyCommand = Command.make(
  "verify",
  flags,
  runs(async ({ json, ...where }: Input) => {
    const streams = await asOperator(where, async ({ deployment: { nats, chat } }) => {
      const verified = [];
      for (const rules of logRules(chat)) verified.push(...(await verifyLog(nats, rules)));
      return verified;
    });
    const problems = streams.flatMap((stream) => stream.problems);
    if (json) {
      const counts = streams.map(({ problems: found, ...rest }) => ({ ...rest, problems: found.length }));
      print.json({ ok: problems.length === 0, streams: counts, problems: problems.slice(0, SHOWN) });
    } else {
      print.table(
        ["STREAM", "COMMITS", "EVENTS", "AGGREGATES", "PROBLEMS"],
        streams.map(({ stream, commits, events, aggregates, problems: found }) =>
          [stream, commits, events, aggregates, found.length].map(String),
        ),
      );
      for (const { stream, seq, message } of problems.slice(0, SHOWN))
        print.line(`${stream} ${seq}: ${message}`);
    }
    if (problems.length > 0)
      throw new CheckFailed(
        `the log has ${problems.length} ${problems.length === 1 ? "problem" : "problems"}, the first at ${problems[0]!.stream} ${problems[0]!.seq}`,
      );
  }),
).pipe(
  Command.withDescription(
    "Read the whole log: versions of each workspace and account, message and thread numbers without gaps, every event readable",
  ),
  Command.withShortDescription("Read the whole log and look for gaps and damage"),
  Command.withExamples([{ command: "clickclack log verify" }, { command: "clickclack log verify --json" }]),
);
