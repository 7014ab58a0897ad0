import { safeName } from "../safeText.ts";
import type { Place } from "./Places.ts";
import { Refusal, refusalOf } from "./Refusal.ts";
import { ChatEnded } from "./Remote.ts";
import type { Session } from "./Session.ts";

/** The channel that workspaces begin with. */
const COMMON = "general";

const join = async (session: Session, place: Place): Promise<Place> => {
  await session.remote.keep((api) => api.joinChannel({ params: { channel_id: place.id } }));
  place.joined = true;
  return place;
};

const open = async (session: Session, typed: string): Promise<Place | undefined> => {
  const place = session.places.find(typed);
  if (place?.archived) return undefined;
  if (place) return place.joined ? place : join(session, place);
  const user = typed.startsWith("@") ? await session.people.find(typed) : undefined;
  return user && session.places.openConversation([user.id]);
};

const noSuchRoom = (wanted: string): Refusal =>
  new Refusal("no_such_room", `there is no room ${safeName(wanted)} for you`);

/** A room, and no other. Throws Refusal and what the server refuses. */
export const requireRoom = async (session: Session, wanted: string): Promise<Place> => {
  const found = await open(session, wanted);
  if (found) return found;
  throw noSuchRoom(wanted);
};

/** The room to begin in: the one that is asked for, or the common one; who is in none enters that. */
export const chooseRoom = async (session: Session, wanted?: string): Promise<Place | undefined> => {
  try {
    const found = wanted === undefined ? undefined : await open(session, wanted);
    if (found) return found;
    if (wanted !== undefined) session.tell({ _tag: "error", ...refusalOf(noSuchRoom(wanted)) });
    const { joined, all } = session.places;
    const channels = all.filter(({ direct, archived }) => !direct && !archived);
    const common = channels.find(({ name }) => name === COMMON) ?? channels[0];
    if (joined.length > 0) return joined.find((place) => place === common) ?? joined[0];
    return common && (await join(session, common));
  } catch (error) {
    if (error instanceof ChatEnded) throw error;
    session.tell({ _tag: "error", ...refusalOf(error) });
    return session.places.joined[0];
  }
};
