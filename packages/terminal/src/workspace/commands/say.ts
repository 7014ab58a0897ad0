import type { Operations } from "@clickclack/sdk/Operation";
import type { Place } from "../Places.ts";
import { Refusal } from "../Refusal.ts";
import { type CommandContext, requirePlace } from "./Command.ts";

/** How the server marks what somebody does rather than says. */
const ACTION = "action";

/** Posts to a room. */
export const postTo = async (
  context: CommandContext,
  place: Place,
  text: string,
  kind?: typeof ACTION,
): Promise<void> => {
  requireText(text);
  const body = { body: text, nonce: context.nonce, ...(kind && { kind }) };
  await send(context, (api) =>
    place.direct
      ? api.postDirectMessage({ params: { direct_conversation_id: place.id }, body })
      : api.postMessage({ params: { channel_id: place.id }, body }),
  );
};

/** Answers in the thread that is open. */
export const reply = async (context: CommandContext, text: string): Promise<void> => {
  requireText(text);
  const { thread } = context.session;
  if (!thread) throw new Refusal("bad_arguments", "no thread is open; /thread opens one");
  const request = { params: { message_id: thread.rootId }, body: { body: text, nonce: context.nonce } };
  await send(context, (api) => api.replyInThread(request));
};

/** Sends what was typed; what comes too soon waits for its time. */
const send = async ({ session }: CommandContext, call: (api: Operations) => Promise<unknown>) => {
  await session.remote.keepTyped(call, (seconds) =>
    session.tell({ _tag: "notice", text: `slow down: your message is sent in ${seconds} s` }),
  );
};

/** Says something where one is: in the thread if one is open, else in the room. */
export const say = (context: CommandContext, text: string): Promise<void> =>
  context.session.thread ? reply(context, text) : postTo(context, requirePlace(context), text);

/** Says what one does. A reply cannot be marked as that, so it is written. */
export const act = (context: CommandContext, text: string): Promise<void> =>
  context.session.thread
    ? reply(context, text === "" ? "" : `_${text}_`)
    : postTo(context, requirePlace(context), text, ACTION);

const requireText = (text: string): void => {
  if (text.trim() === "") throw new Refusal("empty", "there is nothing to say in that");
};
