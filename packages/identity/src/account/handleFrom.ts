const MIN = 2;
const MAX = 32;
/** A popular name gets a number behind it. */
const ROOM_FOR_NUMBER = 5;

/** A handle made of a name or an email's local part: 2 to 32 of `[a-z0-9_-]`; `user` when nothing usable is left. */
export const handleFrom = (name: string): string => {
  const handle = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{Mark}+/gu, "")
    .replace(/[^a-z0-9_]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, MAX - ROOM_FOR_NUMBER)
    .replace(/-+$/, "");
  return handle.length >= MIN ? handle : "user";
};

/**
 * A handle as somebody typed it, in its one spelling: without the leading @, in lower case. Undefined for what is none,
 * letters of other scripts among it: some of those turn into ours in lower case.
 */
export const readHandle = (text: string): string | undefined => {
  const handle = text.replace(/^@/, "");
  return /^[a-zA-Z0-9_-]{2,32}$/.test(handle) ? handle.toLowerCase() : undefined;
};
