import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { TERMINAL_COMMANDS } from "@clickclack/protocol/terminal/terminalCommands";
import { canSeePerson, isListedFor } from "@clickclack/workspace/access";
import { freeName } from "../freeName.ts";
import { nameTaken } from "../GuestNames.ts";
import type { Answers, CommandHandler, Typist } from "../runInput.ts";
import { requireUsername } from "../requireUsername.ts";
import { requireUser } from "./say.ts";

/** People that are listed; the rest is told of by its number. */
const MAX_LISTED = 500;

const namesOf = async (
  { parts, session }: Typist,
  ids: ReadonlyArray<string>,
): Promise<ReadonlyArray<string>> => {
  const { state } = session.replica;
  await parts.names.ensure(state, ids);
  return ids.map((id) => parts.names.nickOf(state, id)).toSorted();
};

/** `/users` */
export const users: CommandHandler = async (typist) => {
  const { parts, session } = typist;
  const here = [...parts.hub.roster.of(session.room)];
  return [{ type: "users", room: session.place().room, users: await namesOf(typist, here) }];
};

/** `/who`, or `/who bob` */
export const who: CommandHandler = async (typist, args) => {
  const { parts, session } = typist;
  const { state } = session.replica;
  const { roster } = parts.hub;
  const wanted = args === "" ? [...roster.everybody()] : [await requireUser(typist, args)];
  const seen = wanted.filter((id) => state.members.has(id) && canSeePerson(state, session.userId, id));
  await parts.names.ensure(state, seen);
  const lines = seen.slice(0, MAX_LISTED).map((id) => {
    const name = parts.names.nickOf(state, id);
    if (!roster.isOnline(id)) return `${name} is not connected`;
    return `${name} in ${roomsOf(typist, id).join(", ") || "no room"}`;
  });
  if (seen.length > MAX_LISTED) lines.push(`and ${seen.length - MAX_LISTED} more`);
  const title = args === "" ? ["who is connected:"] : [];
  return [{ type: "notice", text: [...title, ...lines.toSorted()].join("\n") }];
};

/** The rooms that somebody is in, of those that may be told of. */
const roomsOf = ({ session }: Typist, userId: string): ReadonlyArray<string> => {
  const { state } = session.replica;
  return [...state.channels.values()].flatMap(({ id, kind, members, name }) =>
    kind !== "direct" && members.has(userId) && isListedFor(state, session.userId, id) ? [`#${name}`] : [],
  );
};

/** `/nick bob` */
export const nick: CommandHandler = async (typist, wanted) => {
  const handle = requireUsername(wanted);
  const { parts, session } = typist;
  const { userId, replica } = session;
  await parts.names.ensure(replica.state, [userId]);
  const previous = parts.names.nickOf(replica.state, userId);
  if (previous === wanted) return called(wanted);
  if (session.guestName === undefined) await renameAccount(typist, { handle }, wanted);
  else await renameGuest(typist, session.guestName, handle, wanted);
  await typist.send({ type: "ChangeNick", userId, nick: wanted, previous });
  return called(wanted);
};

const called = (name: string): Answers => [{ type: "notice", text: `you are ${name} now` }];

/** A guest's new name is held as its old one was, and that is free for others. */
const renameGuest = async (typist: Typist, before: string, handle: string, name: string): Promise<void> => {
  const { parts, session } = typist;
  const { guests, context } = parts;
  if (handle === before) return renameAccount(typist, { displayName: name }, name);
  await guests.take(name, session.id, false);
  try {
    await freeName(parts, handle, session.userId);
    await renameAccount(typist, { handle, displayName: name }, name);
  } catch (error) {
    await guests.release(handle, session.id);
    throw error;
  }
  session.guestName = handle;
  await context.services.reservations.release("handle", before, session.userId);
  await guests.release(before, session.id);
};

const renameAccount = async (
  { parts, session }: Typist,
  wanted: { readonly handle?: string; readonly displayName?: string },
  name: string,
): Promise<void> => {
  const { profiles, directory } = parts.context.services;
  await profiles.update(session.userId, wanted, { user_id: session.userId }).catch((error: unknown) => {
    throw error instanceof ApiFailure && error.code === "name_taken" ? nameTaken(name) : error;
  });
  await directory.findCurrent(session.userId);
};

/** `/help` */
export const help: CommandHandler = async () => {
  const width = Math.max(...TERMINAL_COMMANDS.map(({ usage }) => usage.length));
  const lines = TERMINAL_COMMANDS.map(({ usage, what }) => `${usage.padEnd(width)}  ${what}`);
  return [{ type: "notice", text: ["commands:", ...lines, "//text says /text"].join("\n") }];
};

/** `/quit` */
export const quit: CommandHandler = async ({ session }) => {
  session.quits = true;
  return [{ type: "notice", text: "goodbye" }];
};
