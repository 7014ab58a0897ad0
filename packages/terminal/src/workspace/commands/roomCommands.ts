import type { Place } from "../Places.ts";
import { Refusal } from "../Refusal.ts";
import type { Session } from "../Session.ts";
import { placeName } from "../../format/placeName.ts";
import { safeName } from "../../safeText.ts";
import { type CommandContext, type Commands, firstWord, notice, requirePlace, usage } from "./Command.ts";
import { postTo } from "./say.ts";

const describePlace = (place: Place, current: Place | undefined): string => {
  const { name, direct, isPrivate, joined, unread, mentions } = place;
  const notes = [
    ...(place === current ? ["here"] : []),
    ...(joined ? [] : ["not entered"]),
    ...(isPrivate && !direct ? ["private"] : []),
    ...(joined && unread > 0 ? [`${unread} new`] : []),
    ...(joined && mentions > 0 ? [`${mentions} for you`] : []),
  ];
  return `${direct ? "" : "#"}${name}${notes.length > 0 ? ` (${notes.join(", ")})` : ""}`;
};

/** The people whose handles were typed with commas between. */
const findPeople = async (session: Session, typed: string): Promise<ReadonlyArray<string>> => {
  const ids: Array<string> = [];
  for (const handle of typed.split(",")) {
    const user = await session.people.find(handle);
    if (!user) throw new Refusal("no_such_user", `nobody here is called ${safeName(handle)}`);
    ids.push(user.id);
  }
  return ids;
};

/** The conversation with people; it is opened if need be. */
const conversationWith = async ({ session }: CommandContext, typed: string): Promise<Place> =>
  session.places.openConversation(await findPeople(session, typed));

/** A room to enter: one's own, a public channel that is joined then, or `@ada`. */
export const joinRoom = async (context: CommandContext, typed: string): Promise<Place> => {
  const { session } = context;
  await session.places.load();
  const place = session.places.find(typed);
  if (!place && typed.startsWith("@")) return conversationWith(context, typed);
  if (!place) {
    const name = safeName(typed.replace(/^#/, ""));
    throw new Refusal("no_such_room", `there is no room ${name}; /create ${name} makes it`);
  }
  if (place.archived) throw new Refusal("not_allowed", `${place.name} is archived`);
  if (!place.joined) {
    await session.remote.keep((api) => api.joinChannel({ params: { channel_id: place.id } }));
    place.joined = true;
  }
  return place;
};

/** Goes to a room that was asked for. */
const goTo = async (session: Session, place: Place): Promise<void> => {
  session.tell({ _tag: "notice", room: place.name, text: `you are in ${placeName(place.name)} now` });
  await session.enter(place);
};

const leave = async (session: Session, place: Place): Promise<void> => {
  const other = session.places.joined.find((one) => one !== place);
  if (!other) throw new Refusal("only_room", "you cannot leave the only room that you are in");
  await session.remote.keep((api): Promise<unknown> =>
    place.direct
      ? api.hideConversation({ params: { direct_conversation_id: place.id } })
      : api.leaveChannel({ params: { channel_id: place.id } }),
  );
  Object.assign(place, { joined: false, visited: false });
  const [gone, room] = [placeName(place.name), other.name];
  session.tell({ _tag: "notice", room, text: `you left ${gone}; you are in ${placeName(room)} now` });
  await session.enter(other);
};

export const roomCommands: Commands = {
  rooms: async (context) => {
    const { session } = context;
    await session.places.load();
    if (session.place) session.marks.read(session.place);
    const places = session.places.all.filter(({ archived }) => !archived);
    const lines = places.map((place) => describePlace(place, session.place));
    notice(context, `rooms of ${safeName(session.name)}:\n${lines.join("\n")}`);
    session.tell({ _tag: "place" });
  },

  join: async (context, rest) => {
    if (!/^\S+$/.test(rest)) throw usage("join");
    await goTo(context.session, await joinRoom(context, rest));
  },

  create: async (context, rest) => {
    const { session, nonce } = context;
    const [typed, kind] = firstWord(rest);
    if (typed === "" || !["", "private", "public"].includes(kind)) throw usage("create");
    const body = { name: typed.replace(/^#/, ""), kind: kind === "private" ? "private" : "public" } as const;
    const params = { workspace_id: session.workspace.id };
    const { channel } = await session.remote.keep((api) =>
      api.createChannel({ params, body, idempotencyKey: nonce }),
    );
    await session.places.load();
    await goTo(session, session.places.get(channel.id)!);
  },

  leave: async (context) => leave(context.session, requirePlace(context)),

  dm: async (context, rest) => {
    const [who, text] = firstWord(rest);
    if (who === "") throw usage("dm");
    const place = await conversationWith(context, who);
    await goTo(context.session, place);
    if (text !== "") await postTo(context, place, text);
  },

  msg: async (context, rest) => {
    const [who, text] = firstWord(rest);
    if (who === "" || text === "") throw usage("msg");
    const place = await conversationWith(context, who);
    context.session.tell({ _tag: "place" });
    await postTo(context, place, text);
  },

  topic: async (context, rest) => {
    const place = requirePlace(context);
    if (place.direct) throw new Refusal("not_allowed", "a conversation has no topic");
    if (rest === "")
      return notice(context, place.topic === "" ? "there is no topic" : `topic: ${place.topic}`);
    const params = { channel_id: place.id };
    const body = { display_title: rest };
    await context.session.remote.keep((api) => api.updateChannel({ params, body }));
  },
};
