import { TERMINAL_COMMANDS } from "@clickclack/protocol/terminal/terminalCommands";

/** What may be completed. */
export interface Completable {
  readonly nicks: Iterable<string>;
  readonly rooms: Iterable<string>;
  /** Commands of this chat besides the usual ones. */
  readonly commands?: ReadonlyArray<string>;
}

const NAMES = [
  ...TERMINAL_COMMANDS.flatMap(({ name, aliases = [] }) => [name, ...aliases]),
  "clear",
].toSorted();
/** Commands whose first word is a room. */
const TAKES_ROOM = /^\/(?:join|create)\s+#?\S*$/;

const startingWith = (candidates: Iterable<string>, start: string): ReadonlyArray<string> =>
  [...new Set(candidates)].filter((one) => one.toLowerCase().startsWith(start.toLowerCase())).toSorted();

/** Completions of the last word of a line, and that word, as node:readline takes them. A name at the start gets `: `. */
export const complete = (line: string, { nicks, rooms, commands = [] }: Completable): [string[], string] => {
  const word = /\S*$/.exec(line)![0];
  const first = word === line;
  if (first && word.startsWith("/")) {
    const names = startingWith([...NAMES, ...commands], word.slice(1));
    return [names.map((name) => `/${name} `), word];
  }
  if (word.startsWith("#") || TAKES_ROOM.test(line)) {
    const mark = word.startsWith("#") ? "#" : "";
    return [startingWith(rooms, word.slice(mark.length)).map((room) => `${mark}${room} `), word];
  }
  const mark = word.startsWith("@") ? "@" : "";
  const end = first && mark === "" ? ": " : " ";
  return [startingWith(nicks, word.slice(mark.length)).map((nick) => `${mark}${nick}${end}`), word];
};
