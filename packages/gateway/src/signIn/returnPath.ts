/** Longer than any address of ours; it has to fit into a cookie. */
const MAX_LENGTH = 1_024;
const HERE = "http://here.invalid";

/** A path of this host and nothing that a browser could take for another host, or for several lines. */
const isPath = (text: string): boolean => /^\/(?![/\\])/.test(text) && !/[\\\s\p{Cc}]/u.test(text);

/**
 * Where to go after signing in, as it was asked for: a path on this host, percent-encoded. Anything else becomes `/`,
 * so that nobody is sent to a foreign page by an address of ours.
 */
export const returnPath = (wanted: string | undefined): string => {
  if (wanted === undefined || !isPath(wanted) || !isPath(decoded(wanted))) return "/";
  if (!URL.canParse(wanted, HERE)) return "/";
  const { origin, pathname, search, hash } = new URL(wanted, HERE);
  const path = `${pathname}${search}${hash}`;
  // Dots are gone now: `/.//elsewhere` would be two slashes at the start.
  return origin === HERE && isPath(path) && path.length <= MAX_LENGTH ? path : "/";
};

/** A path as whoever takes its percent signs literally would read it; nothing where they make no sense. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replace(/[?#].*$/s, ""));
  } catch {
    return "";
  }
};
