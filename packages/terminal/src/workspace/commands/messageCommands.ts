import { ClickClackError } from "@clickclack/sdk/ClickClackError";
import type { Session } from "../Session.ts";
import { Refusal } from "../Refusal.ts";
import {
  type CommandContext,
  type Commands,
  firstWord,
  notice,
  readBack,
  requirePlace,
  usage,
} from "./Command.ts";
import { act, postTo, reply } from "./say.ts";

const HISTORY = 20;
/** Messages that the server gives at once. */
const MAX_HISTORY = 200;
/** Results that are read on a screen. */
const MAX_RESULTS = 20;

/** Ids of what one sees, the newest first: of the open thread, else of the room. */
const inSight = (context: CommandContext): ReadonlyArray<string> =>
  context.session.thread?.newestFirst ??
  context.session.shown.in(requirePlace(context).id).map(({ id }) => id);

/** The author of a message in sight. */
const authorOf = ({ shown, thread }: Session, id: string): string | undefined =>
  thread?.authors.get(id) ?? shown.get(id)?.authorId;

const nth = (ids: ReadonlyArray<string>, back: number, what: string): string => {
  const id = ids[back - 1];
  if (id !== undefined) return id;
  const problem = ids.length === 0 ? `there is no ${what} here` : `only ${ids.length} are here`;
  throw new Refusal("bad_arguments", `${problem}; /history shows more`);
};

/** One's own n-th newest message in sight. */
const own = (context: CommandContext, back: number): string => {
  const { session } = context;
  const mine = inSight(context).filter((id) => authorOf(session, id) === session.host.me().id);
  return nth(mine, back, "message of yours");
};

/** Adds a reaction; takes it back where it is there already. */
const react = async ({ session }: CommandContext, id: string, emoji: string): Promise<void> => {
  const params = { message_id: id };
  const { message } = await session.remote.keep((api) => api.getMessage({ params }));
  const there = message.reactions?.some((one) => one.emoji === emoji && one.reacted_by_me) ?? false;
  await session.remote.keep((api): Promise<unknown> =>
    there
      ? api.removeReaction({ params: { ...params, emoji } })
      : api.addReaction({ params, body: { emoji } }),
  );
};

const search = async (context: CommandContext, q: string): Promise<void> => {
  const { session } = context;
  const query = { workspace_id: session.workspace.id, q, sort: "newest", limit: MAX_RESULTS } as const;
  const { results } = await session.remote.keep((api) => api.search({ query }));
  const place = session.place?.direct ? session.place : undefined;
  const here = place
    ? await session.remote.keep((api) =>
        api.search({ query: { ...query, direct_conversation_id: place.id } }),
      )
    : { results: [] };
  const found = [...results, ...here.results].toSorted((a, b) => (a.created_at < b.created_at ? -1 : 1));
  const count =
    found.length === 0 ? "nothing" : `${found.length}${results.length >= MAX_RESULTS ? " or more" : ""}`;
  notice(context, `found ${count} for ${q}`);
  for (const { message, channel_id, direct_conversation_id } of found) {
    const room = session.places.get(channel_id ?? direct_conversation_id ?? "")?.name ?? "?";
    session.tellFound(message, room);
  }
};

export const messageCommands: Commands = {
  me: (context, rest) => act(context, rest),
  reply: (context, rest) => reply(context, rest),
  say: (context, rest) => postTo(context, requirePlace(context), rest),

  react: async (context, rest) => {
    const [emoji, typed] = firstWord(rest);
    const back = typed === "" ? 1 : readBack(typed);
    if (emoji === "" || back === undefined) throw usage("react");
    await react(context, nth(inSight(context), back, "message"), emoji);
  },

  edit: async (context, rest) => {
    const [word, more] = firstWord(rest);
    const back = more === "" ? undefined : readBack(word);
    const body = back === undefined ? rest : more;
    if (body === "") throw usage("edit");
    const params = { message_id: own(context, back ?? 1) };
    await context.session.remote.keep((api) => api.editMessage({ params, body: { body } }));
  },

  delete: async (context, rest) => {
    const back = rest === "" ? 1 : readBack(rest);
    if (back === undefined) throw usage("delete");
    const params = { message_id: own(context, back) };
    await context.session.remote
      .keep((api): Promise<unknown> => api.deleteMessage({ params }))
      .catch(unlessDeleted);
  },

  history: async (context, rest) => {
    const place = requirePlace(context);
    const limit = rest === "" ? HISTORY : Number(rest);
    if (!Number.isInteger(limit) || limit < 1) throw usage("history");
    const { session } = context;
    const page = await session.reads.page(place, { limit: Math.min(limit, MAX_HISTORY) });
    session.tellPage(page, place, { again: true });
  },

  search: async (context, rest) => {
    if (rest === "") throw usage("search");
    await search(context, rest);
  },
};

/** Deleted by a request whose answer was lost. */
const unlessDeleted = (error: unknown): void => {
  if (!(error instanceof ClickClackError && error.code === "message_deleted")) throw error;
};
