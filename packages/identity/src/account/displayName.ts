import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";

const MAX_CHARACTERS = 80;

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;
/** What takes no room: of no width, turning the direction, fillers that are letters by name only; and Braille's blank. */
const BLANK = /[\p{Default_Ignorable_Code_Point}\u2800]/gu;
const VISIBLE = /[\p{Letter}\p{Number}\p{Punctuation}\p{Symbol}]/u;

/**
 * The one rule of what people and bots may be called: 1 to 80 characters once it is trimmed, one line without control
 * characters, and something in it that can be seen. It is kept as it was written; what hides or turns text among what is
 * seen is made harmless where names are shown. Throws ApiFailure, 400.
 */
export const readDisplayName = (text: string): string => {
  const name = text.trim();
  if (!name.isWellFormed()) throw refused("must be well-formed Unicode");
  if (CONTROL.test(name)) throw refused("has no line breaks and no control characters");
  if (!VISIBLE.test(name.replace(BLANK, ""))) throw refused("must have something in it that can be seen");
  if (!isShort(name)) throw refused(`has at most ${MAX_CHARACTERS} characters`);
  return name;
};

/** What somebody is called who gave an email alone: what stands before the @, as far as that may be a name. */
export const nameFromEmail = (email: string): string => {
  const local = Array.from(email.split("@")[0] ?? "")
    .slice(0, MAX_CHARACTERS)
    .join("");
  try {
    return readDisplayName(local);
  } catch {
    return "User";
  }
};

/** What somebody is called by whoever vouches for it, as far as that may be a name; else what the email says. */
export const nameOrFromEmail = (name: string | undefined, email: string): string => {
  try {
    return readDisplayName(name ?? "");
  } catch {
    return nameFromEmail(email);
  }
};

/** Characters are code points. No text of four times as many units can be short enough, so it is not counted. */
const isShort = (name: string): boolean =>
  name.length <= 4 * MAX_CHARACTERS && Array.from(name).length <= MAX_CHARACTERS;

const refused = (rule: string): ApiFailure =>
  new ApiFailure("invalid_request", `a display name ${rule}`, {
    issues: [{ path: "display_name", message: rule }],
  });
