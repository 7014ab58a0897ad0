import { readTime } from "@clickclack/gateway/http/readTime";
import type { Timeout } from "@clickclack/workspace/member/Moderation";
import { Command, Flag } from "effect/cli";
import * as Option from "effect/Option";
import { UsageError } from "../exitCode.ts";
import { instanceFlags } from "../instanceFlags.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { runs } from "../runs.ts";
import { memberFlags } from "./memberFlags.ts";
import { sendToMember } from "./sendToMember.ts";

const flags = {
  ...memberFlags,
  minutes: Flag.Int("minutes").pipe(Flag.withDescription("For so long from now on"), Flag.optional),
  until: Flag.String("until").pipe(
    Flag.withDescription("Until this time, such as 2026-11-20T10:00:00Z; within 28 days"),
    Flag.optional,
  ),
  clear: Flag.Boolean("clear").pipe(Flag.withDescription("End the timeout"), Flag.withDefault(false)),
  ...instanceFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

const timeIn = (text: string): string => {
  const at = readTime(text);
  if (at) return at.toISOString();
  throw new UsageError("--until is a time such as 2026-11-20T10:00:00Z");
};

const timeoutOf = ({ minutes, until, clear }: Pick<Input, "minutes" | "until" | "clear">): Timeout => {
  const typed: ReadonlyArray<Timeout> = [
    ...(Option.isSome(minutes) ? [{ minutes: minutes.value }] : []),
    ...(Option.isSome(until) ? [{ until: timeIn(until.value) }] : []),
    ...(clear ? (["none"] as const) : []),
  ];
  if (typed.length === 1) return typed[0]!;
  throw new UsageError("give one of --minutes, --until and --clear");
};

/** `clickclack admin workspace member timeout`: reads, and does not write for a while. */
export const memberTimeoutCommand = Command.make(
  "timeout",
  flags,
  runs(async ({ minutes, until, clear, ...input }: Input) => {
    const timeout = timeoutOf({ minutes, until, clear });
    const done = clear ? "no longer timed out:" : "timed out";
    await sendToMember(
      input,
      ({ id }) => ({ type: "ModerateMember", userId: id, changes: { timeout } }),
      done,
    );
  }),
).pipe(
  Command.withDescription("Keep a member from writing for a while; it still reads, and may leave"),
  Command.withShortDescription("Keep a member from writing for a while"),
  Command.withExamples([
    {
      command: "clickclack admin workspace member timeout --workspace our-team --user @bob --minutes 60",
    },
    { command: "clickclack admin workspace member timeout --workspace our-team --user @bob --clear" },
  ]),
);
