import type { TerminalFrame } from "@clickclack/protocol/terminal/TerminalFrames";

/** Control characters, and what turns the direction of a line or begins another: never part of what is said here. */
// oxlint-disable-next-line no-control-regex
const HOSTILE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** A text without control characters; a line break or tab is a space. */
export const withoutControls = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?|[\n\t\u2028\u2029]/g, " ")
    .replace(HOSTILE, "");

/** A frame as lines for people who read the socket itself; undefined for frames that say nothing to them. */
export const plainText = (frame: TerminalFrame): string | undefined => {
  switch (frame.type) {
    case "welcome":
      return notice(`welcome, ${frame.username}; you are in #${frame.room}. /help lists the commands`);
    case "message":
      return said(frame);
    case "notice":
      return notice(frame.text);
    case "joined":
    case "left":
      return notice(`${frame.username} ${frame.type} #${frame.room}`);
    case "users":
      return notice(`in #${frame.room}: ${frame.users.join(", ")}`);
    case "error":
      return lines("!! ", frame.message);
    case "edited":
    case "deleted":
    case "typing":
    case "ack":
      return undefined;
  }
};

const said = (frame: Extract<TerminalFrame, { type: "message" }>): string => {
  const { ts, room, username, text, action, direct } = frame;
  const place = direct === undefined ? `#${room}` : `(private) ${room}`;
  const who = action ? `* ${username}` : `<${username}>`;
  return lines(`[${ts.slice(11, 19)}] ${place} ${who} `, text);
};

const notice = (text: string): string => lines("-- ", text);

/** Each line gets the prefix: no text of others can look like somebody else's. */
const lines = (prefix: string, text: string): string =>
  text
    .split(/\r\n|\r|\n/)
    .map((line) => withoutControls(prefix + line))
    .join("\n");
