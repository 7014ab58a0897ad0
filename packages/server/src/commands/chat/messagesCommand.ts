import type { Message, MessagePage } from "@clickclack/protocol/http/shapes";
import { Command, Flag } from "effect/cli";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";
import { apiOf } from "./apiOf.ts";
import { channelFlags } from "./channelFlags.ts";
import { channelOf } from "./channelOf.ts";
import { chatFlags } from "./chatFlags.ts";

const flags = {
  ...channelFlags,
  limit: Flag.Int("limit").pipe(
    Flag.filter(
      (n) => n >= 1 && n <= 200,
      (n) => `${n} is not between 1 and 200`,
    ),
    Flag.withDescription("How many of the newest messages, 1 to 200"),
    Flag.withDefault(50),
  ),
  ...chatFlags,
  json: jsonFlag,
};

type Input = Command.Command.Config.Infer<typeof flags>;

const show = ({ created_at, author, author_id, body, deleted_at, thread_state }: Message): string => {
  const text = deleted_at === undefined ? body.replaceAll("\n", "\n    ") : "(deleted)";
  const replies = thread_state?.reply_count ?? 0;
  const thread = replies === 0 ? "" : `  [${replies} ${replies === 1 ? "reply" : "replies"}]`;
  return `${created_at}  @${author?.handle ?? author_id}: ${text}${thread}`;
};

const messagesListCommand = Command.make(
  "list",
  flags,
  runs(async ({ channel, workspace, limit, json, ...where }: Input) => {
    const find = channelOf({ channel, workspace });
    const api = apiOf(where);
    const channelId = await find(api);
    const page = await api.get<MessagePage>(`/api/channels/${channelId}/messages?limit=${limit}`);
    if (json) return print.json(page);
    for (const message of page.messages) print.line(show(message));
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
