import { Command, Flag } from "effect/cli";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import { LogTail } from "../../log/LogTail.ts";
import type { StoredEvent } from "../../log/StoredEvent.ts";
import { waitForSignal } from "../../serve/waitForSignal.ts";
import { asOperator } from "../asOperator.ts";
import { UsageError } from "../exitCode.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";

const LAST = 10;

const atLeast = (least: number) =>
  Flag.filter<number>(
    (n) => n >= least,
    (n) => `${n} is less than ${least}`,
  );

const flags = {
  workspace: Flag.String("workspace").pipe(
    Flag.withDescription("Id or slug of the one workspace to show"),
    Flag.optional,
  ),
  from: Flag.Int("from").pipe(
    atLeast(1),
    Flag.withDescription("Begin at this stream sequence; each partition counts its own"),
    Flag.optional,
  ),
  last: Flag.Int("last").pipe(
    atLeast(0),
    Flag.withDescription(`How many of the newest events to begin with; ${LAST} without --from`),
    Flag.optional,
  ),
  follow: Flag.Boolean("follow").pipe(
    Flag.withAlias("f"),
    Flag.withDescription("Go on with what comes, until Ctrl-C"),
    Flag.withDefault(false),
  ),
  ...instanceFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

const show = ({ seq, subject, event }: StoredEvent): void =>
  print.line(
    `${seq}  ${subject}  v${event.version}  ${event.at}  ${event.type} by ${event.actor.user_id}  ${JSON.stringify(event.payload)}`,
  );

const showJson = ({ partition, seq, subject, event }: StoredEvent): void =>
  print.jsonLine({ stream: `CHAT_${partition}`, seq, subject, version: event.version, event });

/** Ctrl-C, or the end of whoever reads what is printed. */
const stopped = (): AbortSignal => {
  const stop = new AbortController();
  process.stdout.once("error", () => stop.abort());
  void Effect.runPromise(waitForSignal).then(() => stop.abort());
  return stop.signal;
};

/** `clickclack log tail`: the events of the chat log. */
export const tailCommand = Command.make(
  "tail",
  flags,
  runs(async ({ workspace, from, last, follow, json, ...where }: Input) => {
    if (Option.isSome(from) && Option.isSome(last))
      throw new UsageError("--from and --last exclude each other");
    await asOperator(where, async (operator) => {
      const { nats, chat } = operator.deployment;
      const id = Option.isSome(workspace) ? await operator.workspace(workspace.value) : undefined;
      const tail = new LogTail(nats, chat, id);
      const onEvent = json ? showJson : show;
      if (Option.isSome(from)) await tail.from(from.value, onEvent);
      else
        await tail.last(
          Option.getOrElse(last, () => LAST),
          onEvent,
        );
      if (follow) await tail.follow(onEvent, stopped());
    });
  }),
).pipe(
  Command.withDescription(
    "Show the events of the log, those of older formats in today's: sequence, subject, version, payload",
  ),
  Command.withExamples([
    { command: "clickclack log tail --workspace our-team --follow" },
    {
      command: "clickclack log tail --from 1 --json",
      description: "The whole log, a JSON document in each line",
    },
  ]),
);
