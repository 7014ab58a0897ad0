import { Refusal } from "../Refusal.ts";
import { MAX_REPLIES, OpenThread } from "../OpenThread.ts";
import type { Session } from "../Session.ts";
import type { ShownMessage } from "../Shown.ts";
import { type CommandContext, type Commands, readBack, requirePlace, usage } from "./Command.ts";

/** The message whose thread is meant: the n-th newest, one named by its id, or the newest that has a thread. */
const pointedAt = (context: CommandContext, typed: string): ShownMessage => {
  const { shown } = context.session;
  const here = shown.in(requirePlace(context).id);
  if (typed === "") {
    const newest = here.find(({ rootId, replies }) => rootId !== undefined || replies > 0);
    if (newest) return newest;
    throw new Refusal("bad_arguments", "no message here has replies yet; /thread 1 begins with the newest");
  }
  const back = readBack(typed);
  const found = back === undefined ? shown.find(typed) : here[back - 1];
  if (found) return found;
  if (/\s/.test(typed)) throw usage("thread");
  throw new Refusal("bad_arguments", "there is no such message here; /history shows more");
};

const open = async (session: Session, id: string): Promise<void> => {
  const query = { latest: "true", limit: MAX_REPLIES } as const;
  const thread = await session.remote.keep((api) => api.getThread({ params: { message_id: id }, query }));
  const { root, replies } = thread;
  const placeId = root.channel_id ?? root.direct_conversation_id ?? "";
  const place = session.places.get(placeId);
  if (!place) throw new Refusal("no_such_room", "this thread is in a room that you do not see");
  const told = replies.map((one) => session.describe(one, place));
  session.thread = new OpenThread(placeId, session.describe(root, place), told);
  for (const message of [root, ...replies]) session.thread.knowsAuthor(message);
  session.tell({ _tag: "thread" });
};

export const threadCommands: Commands = {
  thread: async (context, rest) => {
    const { session } = context;
    if (rest === "close") {
      session.thread = undefined;
      return session.tell({ _tag: "thread" });
    }
    const { id, rootId } = pointedAt(context, rest);
    await open(session, rootId ?? id);
  },
};
