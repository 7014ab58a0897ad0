/** What the letter of a route id says of its target: a workspace, a channel, a direct conversation, a message. */
export type RouteLetter = "T" | "C" | "D" | "M";

/** A route id that was read: its letter, and how the ids that it may stand for end. */
export interface ReadRouteId {
  readonly letter: RouteLetter;
  readonly ending: string;
}

const ROUTE_ID = /^([TCDM])([0-9A-TV-Z]{16})$/i;

/**
 * Reads a route id as people copy it: in either case, and with the letters that Crockford's base32 takes for digits
 * (I and L for 1, O for 0). Undefined for what is none; says nothing about existence.
 */
export const readRouteId = (text: string): ReadRouteId | undefined => {
  const read = ROUTE_ID.exec(text);
  if (!read) return undefined;
  const ending = read[2]!.toLowerCase().replaceAll(/[il]/g, "1").replaceAll("o", "0");
  return { letter: read[1]!.toUpperCase() as RouteLetter, ending };
};
