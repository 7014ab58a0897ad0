import { newId } from "@clickclack/protocol/Ids";
import type { Message, ThreadState } from "@clickclack/protocol/http/shapes";
import { Argument, Command } from "effect/cli";
import { jsonFlag } from "../jsonFlag.ts";
import { print } from "../print.ts";
import { runs } from "../runs.ts";
import { apiOf } from "./apiOf.ts";
import { bodyOf, textArgument } from "./bodyOf.ts";
import { chatFlags } from "./chatFlags.ts";
import { limitFlag } from "./limitFlag.ts";
import { showMessage } from "./showMessage.ts";

interface Thread {
  readonly root: Message;
  readonly replies: ReadonlyArray<Message>;
  readonly thread_state: ThreadState;
}

const root = Argument.String("message").pipe(
  Argument.withDescription("Id of the message that the thread hangs on"),
);
const threadOf = (messageId: string): string => `/api/messages/${encodeURIComponent(messageId)}/thread`;

const openFlags = { message: root, limit: limitFlag, ...chatFlags, json: jsonFlag };
type OpenInput = Command.Command.Config.Infer<typeof openFlags>;

const openCommand = Command.make(
  "open",
  openFlags,
  runs(async ({ message, limit, json, ...where }: OpenInput) => {
    const api = await apiOf(where);
    const thread = await api.get<Thread>(`${threadOf(message)}?latest=true&limit=${limit}`);
    if (json) return print.json(thread);
    print.line(showMessage(thread.root));
    for (const reply of thread.replies) print.line(showMessage(reply));
  }),
).pipe(
  Command.withDescription("Show a message and the newest replies to it, oldest first"),
  Command.withExamples([
    { command: "clickclack threads open msg_01k9…" },
    { command: "clickclack threads open msg_01k9… --limit 200 --json" },
  ]),
);

const replyFlags = { message: root, text: textArgument, ...chatFlags, json: jsonFlag };
type ReplyInput = Command.Command.Config.Infer<typeof replyFlags>;

const replyCommand = Command.make(
  "reply",
  replyFlags,
  runs(async ({ message: rootId, text, json, ...where }: ReplyInput) => {
    const api = await apiOf(where);
    const body = await bodyOf(text);
    const path = `${threadOf(rootId)}/replies`;
    const { message, thread_state } = await api.post<{ message: Message; thread_state: ThreadState }>(path, {
      body,
      nonce: newId("req"),
    });
    if (json) print.json({ message, thread_state });
    else print.line(message.id);
  }),
).pipe(
  Command.withDescription("Reply to a message in its thread. Prints the reply's id"),
  Command.withExamples([
    { command: 'clickclack threads reply msg_01k9… "It is **fixed**"' },
    { command: "git log -1 | clickclack threads reply msg_01k9…", description: "What is piped in" },
  ]),
);

/** `clickclack threads`: what was replied to a message. */
export const threadsCommand = Command.make("threads").pipe(
  Command.withDescription("Threads of messages"),
  Command.withSubcommands([openCommand, replyCommand]),
);
