import { isNumeric, type IrcMessage } from "../model/IrcMessage.ts";
import { sourceOf } from "../../../rooms/nick.ts";
import { MAX_LINE_BYTES } from "./LineReader.ts";

/** Whatever could end a line or be taken for another one. */
const UNSAFE = /[\r\n\0]/g;

/** A text that cannot leave its line. */
const safe = (text: string): string => text.replaceAll(UNSAFE, " ");

/** A middle parameter: no space, no leading colon, not empty. */
const middle = (text: string): string => safe(text).replaceAll(" ", "_").replace(/^:+/, "") || "*";

const bytesOf = (text: string): number => Buffer.byteLength(text);

/** Bytes of one character in UTF-8. */
const bytesOfChar = (char: string): number => {
  const code = char.codePointAt(0)!;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x1_0000 ? 3 : 4;
};

/** Cuts a text into pieces of at most `max` bytes of UTF-8, never within a character. */
export const splitText = (text: string, max: number): ReadonlyArray<string> => {
  if (bytesOf(text) <= max) return [text];
  const pieces: Array<string> = [];
  let piece = "";
  let size = 0;
  for (const char of text) {
    const bytes = bytesOfChar(char);
    if (size + bytes > max && piece !== "") {
      pieces.push(piece);
      piece = "";
      size = 0;
    }
    piece += char;
    size += bytes;
  }
  return piece === "" ? pieces : [...pieces, piece];
};

/** Packs words into texts of at most `max` bytes. */
const packWords = (words: ReadonlyArray<string>, max: number): ReadonlyArray<string> => {
  const lines: Array<string> = [];
  let line = "";
  for (const word of words) {
    if (line !== "" && line.length + 1 + word.length > max) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" && lines.length > 0 ? lines : [...lines, line];
};

export interface FormatOptions {
  readonly serverName: string;
  /** Whom the line is for: numerics name it, and it stands in for a conversation of several. */
  readonly nick: string;
}

const ROOM = MAX_LINE_BYTES - 2;
/** Numerics whose words may be spread over lines. */
const LISTS = new Set(["353"]);

/** A message as lines without tags and without their ends; a body of n lines is n lines or more. */
export const linesOf = (message: IrcMessage, { serverName, nick }: FormatOptions): ReadonlyArray<string> => {
  const { command, from, to, params, body } = message;
  const prefix = from === serverName ? `:${serverName}` : `:${middle(sourceOf(from, serverName))}`;
  if (command === "PRIVMSG" || command === "NOTICE" || command === "TAGMSG") {
    const target = to === undefined || to.includes(",") ? nick : to;
    const head = `${prefix} ${command} ${middle(target)}`;
    return spoken(head, message);
  }
  if (command === "PONG") return [`${prefix} PONG ${serverName} :${safe(params[0] ?? "")}`];
  if (command === "NICK") return [`${prefix} NICK :${middle(params[0] ?? "")}`];
  const target = isNumeric(command) ? [middle(to ?? nick)] : [];
  const head = [prefix, command, ...target, ...params.map(middle)].join(" ");
  if (body.length === 0) return [cut(head)];
  const text = safe(body.join(" "));
  const room = ROOM - bytesOf(head) - 2;
  if (LISTS.has(command)) return packWords(text.split(" "), room).map((words) => `${head} :${words}`);
  return [`${head} :${splitText(text, Math.max(1, room))[0] ?? ""}`];
};

const cut = (line: string): string => splitText(line, ROOM)[0]!;

const spoken = (head: string, { command, body, meta }: IrcMessage): ReadonlyArray<string> => {
  if (command === "TAGMSG") return [head];
  const action = meta?.["action"] === true;
  const room = ROOM - bytesOf(head) - 2 - (action ? 9 : 0);
  const lines = body.flatMap((line) => splitText(safe(line), room));
  // An empty line is none on the wire: a space keeps the shape of a text.
  return lines.map((line) => `${head} :${action ? `\u0001ACTION ${line}\u0001` : line || " "}`);
};

const ESCAPED: Readonly<Record<string, string>> = {
  ";": "\\:",
  " ": "\\s",
  "\r": "\\r",
  "\n": "\\n",
  "\\": "\\\\",
  "\0": "",
};

/** Tags as they stand before a line, with the space behind; nothing when there are none. */
export const tagsOf = (tags: Readonly<Record<string, string | undefined>>): string => {
  const shown = Object.entries(tags).flatMap(([key, value]) => {
    if (value === undefined) return [];
    return value === "" ? [key] : [`${key}=${value.replaceAll(/[; \r\n\\\0]/g, (char) => ESCAPED[char]!)}`];
  });
  return shown.length === 0 ? "" : `@${shown.join(";")} `;
};
