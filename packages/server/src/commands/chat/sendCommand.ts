import { newId } from "@clickclack/protocol/Ids";
import type { Message } from "@clickclack/protocol/http/shapes";
import { Command } from "effect/cli";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";
import { apiOf } from "./apiOf.ts";
import { bodyOf, textArgument } from "./bodyOf.ts";
import { channelFlags } from "./channelFlags.ts";
import { channelOf } from "./channelOf.ts";
import { chatFlags } from "./chatFlags.ts";

const flags = {
  text: textArgument,
  ...channelFlags,
  ...chatFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

/** `clickclack send`: one message. */
export const sendCommand = Command.make(
  "send",
  flags,
  runs(async ({ text: argument, channel, workspace, json, ...where }: Input) => {
    const find = channelOf({ channel, workspace });
    const api = await apiOf(where);
    const body = await bodyOf(argument);
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
