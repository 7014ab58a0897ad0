// What would move the cursor, change the title, ring, hide or reorder text; a terminal must never get these from others.
// C0 and C1 (ESC, CSI and OSC begin with them), DEL, line and paragraph separators, bidi marks and overrides, zero-width
// characters, variation tags, and the fillers that look like nothing.
const DANGEROUS =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;

/** Combining marks on one character: more than any script needs would be drawn over other lines. */
const PILE = /(\p{M}{4})\p{M}+/gu;
/** Joins emoji into one; nothing else may be joined, as it would be shown as less than it is. */
const EMOJI_JOINER =
  /(?<=\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?)\u200d(?=\p{Extended_Pictographic})/gu;
const JOINED = "\ue000";

/** Text of others as a terminal may be given it: a tab is a space, line feeds stay, all that acts or hides is dropped. */
export const safeText = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(JOINED, "")
    .replace(/\r\n?/g, "\n")
    .replaceAll("\t", "    ")
    .replace(EMOJI_JOINER, JOINED)
    .replace(DANGEROUS, "")
    .replaceAll(JOINED, "\u200d")
    .replace(PILE, "$1");

/** Names that come again and again are one text each: of ten thousand messages in memory each has two. */
const MAX_NAMES = 1_000;
const names = new Map<string, string>();

/** A name or a room's name in one line; `?` where nothing can be seen of it. */
export const safeName = (name: string): string => {
  const known = names.get(name);
  if (known !== undefined) return known;
  const safe = safeText(name).replace(/\s+/g, " ").trim() || "?";
  if (names.size >= MAX_NAMES) names.clear();
  names.set(name, safe);
  return safe;
};
