/**
 * Places in a client's queue are integers that grow: an event's version in the workspace's log, times the places that
 * each version has. Versions below 2^33 fit into what JSON's numbers hold exactly.
 */
const PLACES = 2 ** 20;
/** An event takes places from 0 on; what is not in the log is put behind it, from here on. */
const FIRST_EXTRA = 1_024;

/** The place of the n-th message of an event. */
export const eventPlace = (version: number, n: number): number =>
  version * PLACES + Math.min(n, FIRST_EXTRA - 1);

/** A place for something that is not in the log: behind this version's event, and behind another such place. */
export const extraPlace = (version: number, last: number): number =>
  Math.max(version * PLACES + FIRST_EXTRA, last + 1);

/** Whether a place is behind everything of a version. */
export const isBehind = (place: number, version: number): boolean => place >= (version + 1) * PLACES;

/** The last place of a version. */
export const lastPlace = (version: number): number => (version + 1) * PLACES - 1;
