import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { newId } from "@clickclack/protocol/Ids";
import { canSeeChannel, isActiveMember } from "@clickclack/workspace/access";
import type { WorkspaceCommand } from "@clickclack/workspace/Commands";
import type { ChannelState } from "@clickclack/workspace/WorkspaceState";
import type { Caller } from "../../authentication/Caller.ts";
import type { WorkspaceReplica } from "../../replica/WorkspaceReplica.ts";
import { findChannel } from "../../rooms/channelName.ts";
import type { TerminalParts } from "./TerminalParts.ts";
import { refusalOf, TerminalRefusal } from "./TerminalRefusal.ts";
import type { TerminalSession } from "./TerminalSession.ts";
import type { Newcomer } from "./WhoComes.ts";

export const LOBBY = "lobby";
/** Rooms of one session: each is named in its resume token. */
export const MAX_ROOMS = 100;

/** Where somebody finds itself: ids of channels, the current one last, and what there is to say about it. */
export interface TakenRooms {
  readonly rooms: ReadonlyArray<string>;
  readonly notices: ReadonlyArray<string>;
}

/** The workspace for somebody who comes: guests become members of it. Throws TerminalRefusal. */
export const admit = async (
  parts: TerminalParts,
  { caller, guestName, username }: Newcomer,
): Promise<WorkspaceReplica> => {
  const { membership, context } = parts;
  const replica = await membership.replica();
  const { id } = caller.account;
  if (isActiveMember(replica.state, id)) {
    if (guestName !== undefined) await callGuest(parts, replica, caller, username);
    return replica;
  }
  if (replica.state.members.has(id)) throw new TerminalRefusal("not_allowed", "you are blocked here");
  if (guestName === undefined)
    throw new TerminalRefusal("not_allowed", "you are no member of this server's workspace");
  await membership.add(replica.id, id, username);
  return context.reads.workspace(replica.id, caller);
};

/** A guest who comes again may write its name in another way. */
const callGuest = async (
  { context, names }: TerminalParts,
  replica: WorkspaceReplica,
  caller: Caller,
  username: string,
): Promise<void> => {
  const { id, displayName } = caller.account;
  if (displayName !== username)
    await context.services.profiles.update(id, { displayName: username }, { user_id: id });
  await names.ensure(replica.state, [id]);
  const previous = names.nickOf(replica.state, id);
  if (previous === username) return;
  await sendAs(context, replica, caller, { type: "ChangeNick", userId: id, nick: username, previous });
};

/** Enters the rooms that somebody had, or those that everybody begins with. Throws TerminalRefusal where it can be in none. */
export const takeRooms = async (
  parts: TerminalParts,
  newcomer: Newcomer,
  replica: WorkspaceReplica,
): Promise<TakenRooms> => {
  const { caller, guestName, restored } = newcomer;
  const { state } = replica;
  const own = [...state.channels.values()].filter(
    ({ kind, members }) => kind !== "direct" && members.has(caller.account.id),
  );
  const lobby = await findLobby(parts, replica);
  const named = restored?.rooms ?? [lobby.id];
  const others = own.filter(({ id }) => !named.includes(id));
  const guest = guestName !== undefined;
  // Whoever had the name before was in these.
  const earlier = guest && !restored ? others : [];
  for (const { id: channelId } of earlier)
    await sendAs(parts.context, replica, caller, { type: "LeaveChannel", channelId });
  // A token does not name the rooms that were entered after it.
  const later = others.filter(({ kind }) => (guest ? restored !== undefined : kind === "public"));
  const wanted = [...later.map(({ id }) => id), ...named];
  const notices: Array<string> = [];
  const rooms: Array<string> = [];
  for (const id of new Set(wanted.slice(-MAX_ROOMS))) {
    const why = await enter(parts, replica, caller, id);
    if (why === undefined) rooms.push(id);
    else notices.push(why);
  }
  if (rooms.length > 0) return { rooms, notices };
  const why = await enter(parts, replica, caller, lobby.id);
  if (why !== undefined) throw new TerminalRefusal("not_allowed", why);
  return { rooms: [lobby.id], notices };
};

/** Brings somebody to the lobby who is in no room any more. */
export const bringHome = (parts: TerminalParts, session: TerminalSession): Promise<void> =>
  session.moving(async () => {
    const { id, name } = await findLobby(parts, session.replica);
    const why = await enter(parts, session.replica, session.caller, id);
    await parts.hub.settled();
    if (why === undefined) session.enter(id, session.room === "");
    const there = why === undefined && session.place();
    session.send({ type: "notice", text: why ?? `you are in #${name} now`, ...there });
  });

/** Joins a room; why not, where that cannot be. */
const enter = async (
  { context }: TerminalParts,
  replica: WorkspaceReplica,
  caller: Caller,
  channelId: string,
): Promise<string | undefined> => {
  const channel = replica.state.channels.get(channelId);
  if (!channel || !canSeeChannel(replica.state, caller.account.id, channelId))
    return "a room that you were in is gone";
  if (channel.members.has(caller.account.id)) return undefined;
  try {
    await sendAs(context, replica, caller, { type: "JoinChannel", channelId });
    return undefined;
  } catch (error) {
    const refused = refusalOf(error);
    if (!refused || refused.code === "unavailable") throw error;
    return `you cannot be in #${channel.name}: ${refused.message}`;
  }
};

/** The room that everybody begins in, made by the workspace's owner where it is missing. */
const findLobby = async (
  { context, membership }: TerminalParts,
  replica: WorkspaceReplica,
): Promise<ChannelState> => {
  const found = findChannel(replica.state, LOBBY);
  if (found) return found;
  const [owner] = [...replica.state.members].find(([, { role }]) => role === "owner") ?? [];
  const command = {
    type: "CreateChannel",
    channelId: newId("chn"),
    name: LOBBY,
    kind: "public",
    details: {},
  } as const;
  await membership.as(owner ?? "", command).catch((error: unknown) => {
    // Somebody else made it at this very moment.
    if (!(error instanceof ApiFailure && error.code === "name_taken")) throw error;
  });
  await replica.reach((await context.services.commands.position(replica.id)).version);
  const made = findChannel(replica.state, LOBBY);
  if (!made) throw new TerminalRefusal("unavailable", "there is no lobby yet; try again");
  return made;
};

/** Carries a command of somebody's out, and waits until this gateway knows what it caused. */
export const sendAs = async (
  { writes }: TerminalParts["context"],
  replica: WorkspaceReplica,
  caller: Caller,
  command: WorkspaceCommand,
): Promise<void> => {
  const outcome = await writes.send(replica.id, caller, command, { correlationId: newId("req") });
  const last = outcome.events.at(-1);
  if (last) await replica.reach(last.event.version);
};
