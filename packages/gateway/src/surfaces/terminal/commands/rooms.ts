import { newId } from "@clickclack/protocol/Ids";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { canSeeChannel, isListedFor } from "@clickclack/workspace/access";
import { channelKeyHash } from "@clickclack/workspace/channel/channelKeyHash";
import type { ChannelState } from "@clickclack/workspace/WorkspaceState";
import { findChannel, isNewName, nativeName } from "../../../rooms/channelName.ts";
import type { Answers, CommandHandler, Typist } from "../runInput.ts";
import { MAX_ROOMS } from "../takeRooms.ts";
import { TerminalRefusal } from "../TerminalRefusal.ts";

/** Rooms that are listed; the rest is told of by its number. */
const MAX_LISTED = 200;
const MAX_CAPACITY = 100_000;

/** `/rooms` */
export const rooms: CommandHandler = async ({ parts, session }) => {
  const { state } = session.replica;
  const listed = [...state.channels.values()]
    .filter(
      ({ id, kind, archived }) => kind !== "direct" && !archived && isListedFor(state, session.userId, id),
    )
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const lines = listed.slice(0, MAX_LISTED).map((channel) => {
    const here = parts.hub.roster.of(channel.id).size;
    const limit = channel.modes?.member_limit;
    const where = channel.id === session.room ? " (current)" : session.isIn(channel.id) ? " (joined)" : "";
    return `#${channel.name} ${here}${limit === undefined ? "" : `/${limit}`}${where}`;
  });
  if (listed.length > MAX_LISTED) lines.push(`and ${listed.length - MAX_LISTED} more`);
  return [{ type: "notice", text: ["rooms, and how many are in each:", ...lines].join("\n") }];
};

/** `/join dev`, or `/join dev KEY` where a room has one. */
export const join: CommandHandler = async (typist, args) => {
  const [name = "", key] = args.split(/\s+/);
  if (name === "") throw new TerminalRefusal("bad_arguments", "write /join <room>");
  const { session } = typist;
  const channel = findChannel(session.replica.state, name);
  if (!channel || !canSeeChannel(session.replica.state, session.userId, channel.id)) throw noSuchRoom(name);
  requireFewRooms(typist, channel.id);
  await enter(typist, channel, key);
  return arrived(typist, channel.id);
};

const noSuchRoom = (typed: string): TerminalRefusal => {
  const name = nativeName(typed);
  const offer = name !== undefined && isNewName(name) ? `/create ${name} makes it` : "/rooms lists them";
  return new TerminalRefusal("no_such_room", `there is no room #${typed.replace(/^#/, "")}; ${offer}`);
};

const requireFewRooms = ({ session }: Typist, channelId: string): void => {
  if (session.rooms.length >= MAX_ROOMS && !session.isIn(channelId))
    throw new TerminalRefusal(
      "not_allowed",
      `you are in ${MAX_ROOMS} rooms, which is all one can be in; /leave one`,
    );
};

const enter = async (typist: Typist, channel: ChannelState, key: string | undefined): Promise<void> => {
  const { session, parts } = typist;
  if (channel.members.has(session.userId)) return session.enter(channel.id, true);
  const keyHash = key === undefined ? undefined : channelKeyHash(channel.id, key);
  const command = { type: "JoinChannel", channelId: channel.id, ...(keyHash && { keyHash }) } as const;
  try {
    await typist.send(command);
  } catch (error) {
    const full = error instanceof ApiFailure && error.code === "channel_full";
    // Guests who are gone without a word may hold the seats.
    if (!full || !(await parts.guestSeats.makeRoom(session.replica, channel))) throw inRoom(channel, error);
    await typist.send(command, { anew: true }).catch((again: unknown) => {
      throw inRoom(channel, again);
    });
  }
  if (!session.replica.state.channels.get(channel.id)?.members.has(session.userId))
    await typist.send(command, { anew: true });
  session.enter(channel.id, true);
};

const inRoom = (channel: ChannelState, error: unknown): unknown => {
  if (!(error instanceof ApiFailure) || error.code !== "channel_full") return error;
  const limit = channel.modes?.member_limit;
  return new TerminalRefusal("room_full", `#${channel.name} is full: it takes ${limit} people`);
};

const arrived = ({ parts, session }: Typist, channelId: string): Answers => {
  const name = session.replica.state.channels.get(channelId)?.name ?? "";
  const here = parts.hub.roster.of(channelId).size;
  return [
    {
      type: "notice",
      room: name,
      text: `you are in #${name} now; ${here === 1 ? "nobody else is" : `${here} are`} here`,
    },
  ];
};

/** `/create dev`, or `/create dev 5` for a room that takes five. */
export const create: CommandHandler = async (typist, args) => {
  const [typed = "", capacity, ...more] = args.split(/\s+/);
  const name = nativeName(typed);
  if (typed === "" || more.length > 0)
    throw new TerminalRefusal("bad_arguments", "write /create <room>, or /create <room> <capacity>");
  if (name === undefined || !isNewName(name))
    throw new TerminalRefusal(
      "bad_arguments",
      "a room's name is up to 80 letters, digits, - and _, with a letter or digit",
    );
  const memberLimit = capacity === undefined ? undefined : Number(capacity);
  if (
    memberLimit !== undefined &&
    !(/^\d+$/.test(capacity!) && memberLimit >= 1 && memberLimit <= MAX_CAPACITY)
  )
    throw new TerminalRefusal("bad_arguments", `a capacity is a whole number from 1 to ${MAX_CAPACITY}`);
  requireFewRooms(typist, "");
  const made = { channelId: newId("chn"), name, kind: "public", details: {} } as const;
  const limited = memberLimit !== undefined && { memberLimit };
  try {
    await typist.send({ type: "CreateChannel", ...made, ...limited });
  } catch (error) {
    if (error instanceof ApiFailure && error.code === "name_taken") throw roomExists(typist, name);
    throw error;
  }
  const channel = findChannel(typist.session.replica.state, name);
  if (!channel) throw noSuchRoom(name);
  typist.session.enter(channel.id, true);
  return arrived(typist, channel.id);
};

/** A room that is not seen is not offered either. */
const roomExists = ({ session: { replica, userId } }: Typist, name: string): TerminalRefusal => {
  const seen = canSeeChannel(replica.state, userId, findChannel(replica.state, name)?.id ?? "");
  const what = seen ? `/join ${name} enters it` : "choose another name";
  return new TerminalRefusal("room_exists", `there is a room #${name} already; ${what}`);
};

/** `/leave`, or `/leave dev` */
export const leave: CommandHandler = async (typist, args) => {
  const { session } = typist;
  const channelId = args === "" ? session.room : joinedRoom(typist, args);
  if (session.rooms.length <= 1)
    throw new TerminalRefusal(
      "only_room",
      "this is your only room, and you are always in one; /join another first",
    );
  const outcome = await typist.send({ type: "LeaveChannel", channelId });
  // Sent again after a lost connection, which took the room up again: it is the same room that is left.
  const left = outcome.events[0]?.event.channel_id;
  if (outcome.replayed && left !== undefined && session.isIn(left))
    await typist.send({ type: "LeaveChannel", channelId: left }, { anew: true });
  if (left !== undefined) session.exit(left);
  const { state } = session.replica;
  const [gone = "", room = ""] = [left ?? "", session.room].map((id) => state.channels.get(id)?.name);
  return [{ type: "notice", room, text: `you left #${gone}; you are in #${room} now` }];
};

const joinedRoom = ({ session }: Typist, name: string): string => {
  const channel = findChannel(session.replica.state, name);
  if (channel && session.isIn(channel.id)) return channel.id;
  throw new TerminalRefusal(
    "not_in_room",
    `you are in no room #${name.replace(/^#/, "")}; /rooms lists them`,
  );
};
