import { newId } from "@clickclack/protocol/Ids";
import type { Message } from "@clickclack/protocol/http/shapes";
import { Argument, Command } from "effect/cli";
import * as Option from "effect/Option";
import { text } from "node:stream/consumers";
import { UsageError } from "../exitCode.ts";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";
import { apiOf } from "./apiOf.ts";
import { channelFlags } from "./channelFlags.ts";
import { channelOf } from "./channelOf.ts";
import { chatFlags } from "./chatFlags.ts";

const flags = {
  text: Argument.String("text").pipe(
    Argument.withDescription("The message, in Markdown; read from stdin when it is left out or -"),
    Argument.optional,
  ),
  ...channelFlags,
  ...chatFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

const bodyOf = async (argument: Option.Option<string>): Promise<string> => {
  const given = Option.getOrUndefined(argument);
  if (given !== undefined && given !== "-") return given;
  if (process.stdin.isTTY && given === undefined)
    throw new UsageError("there is no message; give it as an argument, or pipe it in");
  return text(process.stdin);
};

/** `clickclack send`: one message. */
export const sendCommand = Command.make(
  "send",
  flags,
  runs(async ({ text: argument, channel, workspace, json, ...where }: Input) => {
    const find = channelOf({ channel, workspace });
    const api = apiOf(where);
    const body = await bodyOf(argument);
    if (body.trim() === "") throw new UsageError("the message is empty");
    const path = `/api/channels/${await find(api)}/messages`;
    const { message } = await api.post<{ message: Message }>(path, { body, nonce: newId("req") });
    if (json) print.json({ message });
    else print.line(message.id);
  }),
).pipe(
  Command.withDescription("Send a message to a channel. Prints its id"),
  Command.withExamples([
    { command: 'clickclack send --workspace our-team --channel general "The build is **green**"' },
    { command: "git log -1 | clickclack send --channel chn_01k9…", description: "What is piped in" },
    {
      command: "clickclack send --channel chn_01k9… -- --not-a-flag",
      description: "Text that begins with a dash",
    },
  ]),
);
