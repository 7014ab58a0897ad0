import { isGuests } from "./WhoComes.ts";
import type { TerminalParts } from "./TerminalParts.ts";

/** Characters of an account's id that tell it from others of the same name. */
const OWN_CHARACTERS = 8;
const MAX_HANDLE = 32;

/**
 * Frees the handle of a guest who was here before, for somebody who holds the name now: its account is called otherwise
 * from then on, and its visit is over. Nothing happens to a handle of anybody else's.
 */
export const freeName = async (
  { context, guests }: TerminalParts,
  handle: string,
  forUser: string,
): Promise<void> => {
  const { reservations, directory, profiles } = context.services;
  const holder = (await reservations.find("handle", handle))?.holder;
  if (holder === undefined || holder === forUser || (await guests.visitOf(holder)) === undefined) return;
  const account = await directory.findCurrent(holder);
  if (!account || !isGuests(account) || account.handle !== handle) return;
  await guests.beginVisit(holder);
  const room = MAX_HANDLE - OWN_CHARACTERS - 1;
  const otherwise = `${handle.slice(0, room)}-${holder.slice(-OWN_CHARACTERS)}`;
  await profiles.update(holder, { handle: otherwise }, { user_id: holder });
  await reservations.release("handle", handle, holder);
};
