import type { MessagePage } from "@clickclack/protocol/http/shapes";
import { Command } from "effect/cli";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";
import { apiOf } from "./apiOf.ts";
import { channelFlags } from "./channelFlags.ts";
import { channelOf } from "./channelOf.ts";
import { chatFlags } from "./chatFlags.ts";
import { limitFlag } from "./limitFlag.ts";
import { showMessage } from "./showMessage.ts";

const flags = {
  ...channelFlags,
  limit: limitFlag,
  ...chatFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

const messagesListCommand = Command.make(
  "list",
  flags,
  runs(async ({ channel, workspace, limit, json, ...where }: Input) => {
    const find = channelOf({ channel, workspace });
    const api = await apiOf(where);
    const channelId = await find(api);
    const page = await api.get<MessagePage>(`/api/channels/${channelId}/messages?limit=${limit}`);
    if (json) return print.json(page);
    for (const message of page.messages) print.line(showMessage(message));
  }),
).pipe(
  Command.withDescription("List the newest messages of a channel, oldest first"),
  Command.withExamples([
    { command: "clickclack messages list --workspace our-team --channel general" },
    { command: "clickclack messages list --channel chn_01k9… --limit 200 --json" },
  ]),
);

export const messagesCommand = Command.make("messages").pipe(
  Command.withDescription("Messages of a channel"),
  Command.withSubcommands([messagesListCommand]),
);
