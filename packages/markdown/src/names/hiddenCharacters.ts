/** Characters of names that show nothing, or that change how others are shown; joiners, which have a use, are not among them. */
export const HIDDEN =
  /\u034f|[\p{Cc}\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\u{1d173}-\u{1d17a}\u{e0000}-\u{e001f}\u{e0080}-\u{e00ff}]/gu;

/** Tags of flag emoji belong behind a black flag alone. */
export const STRAY_TAG = /(?<!\u{1f3f4}[\u{e0020}-\u{e007e}]*)[\u{e0020}-\u{e007f}]/gu;

/** A joiner joins emoji, and letters of scripts whose letters change their form; between Latin ones it only hides. */
export const STRAY_JOINER =
  /(?<![^\p{Script=Latin}\p{ASCII}])[\u200c\u200d]|[\u200c\u200d](?![^\p{Script=Latin}\p{ASCII}])/gu;

/** Marks on one letter; no script needs more, and a tall pile covers the lines above. */
export const PILE = /(\p{Mark}{4})\p{Mark}+/gu;
