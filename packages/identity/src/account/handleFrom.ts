import { Audience } from "@clickclack/protocol/events/WorkspaceEvents";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";

const MIN = 2;
const MAX = 32;
/** A popular name gets a number behind it. */
const ROOM_FOR_NUMBER = 5;

/** Messages call everybody by these words, and would never reach who bore one of them. */
const CALLS_EVERYBODY: ReadonlySet<string> = new Set(Audience.literals);

/** Whether a handle is nobody's, as it calls everybody. */
export const callsEverybody = (handle: string): boolean => CALLS_EVERYBODY.has(handle);

/** A handle that somebody wants to be called by, in its one spelling. Throws ApiFailure, 400. */
export const requireHandle = (text: string): string => {
  const handle = readHandle(text);
  if (handle === undefined) throw refused("a handle is 2 to 32 of a-z, 0-9, _ and -");
  if (callsEverybody(handle)) throw refused(`nobody is called ${handle}: @${handle} calls everybody`);
  return handle;
};

const refused = (rule: string): ApiFailure =>
  new ApiFailure("invalid_request", rule, { issues: [{ path: "handle", message: rule }] });

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
