/** What IRC takes as a nick: the contract's characters, 32 at most. */
const NICK = /^[A-Za-z_[\]\\^{}|`][A-Za-z0-9_\-[\]\\^{}|`]{0,31}$/;

export const MAX_NICK = 32;

export const isNick = (text: string): boolean => NICK.test(text);

/** Handles may begin as no nick does. */
export const nickFromHandle = (handle: string): string =>
  isNick(handle) ? handle : `_${handle}`.slice(0, MAX_NICK);

/** Names are the same without regard to the case of A to Z (CASEMAPPING=ascii). */
export const foldName = (name: string): string => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** The user part of a source, made of a nick so that nobody has to look it up. */
export const userOf = (nick: string): string =>
  foldName(nick)
    .replace(/[^a-z0-9_-]/g, "")
    .slice(0, 10) || "user";

/** `nick!user@host`, as it stands before every relayed line. */
export const sourceOf = (nick: string, host: string): string => `${nick}!${userOf(nick)}@${host}`;
