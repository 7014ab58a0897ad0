/** A line as a client sent it. */
export interface IrcLine {
  readonly tags: ReadonlyMap<string, string>;
  readonly command: string;
  readonly params: ReadonlyArray<string>;
}

/** Parameters of one command, as the protocol bounds them. */
const MAX_PARAMS = 15;
const UNESCAPED: Readonly<Record<string, string>> = { ":": ";", s: " ", r: "\r", n: "\n", "\\": "\\" };

const unescape = (value: string): string =>
  value.replace(/\\(.?)/gs, (_, char: string) => UNESCAPED[char] ?? char);

const parseTags = (text: string): ReadonlyMap<string, string> => {
  const tags = new Map<string, string>();
  for (const tag of text.split(";")) {
    if (tag === "") continue;
    const at = tag.indexOf("=");
    if (at < 0) tags.set(tag, "");
    else tags.set(tag.slice(0, at), unescape(tag.slice(at + 1)));
  }
  return tags;
};

/** Reads one line without its end; undefined when there is no command in it. */
export const parseLine = (line: string): IrcLine | undefined => {
  let rest = line;
  let tags: ReadonlyMap<string, string> = new Map();
  if (rest.startsWith("@")) {
    const end = rest.indexOf(" ");
    if (end < 0) return undefined;
    tags = parseTags(rest.slice(1, end));
    rest = rest.slice(end + 1);
  }
  rest = rest.replace(/^ +/, "");
  // A client's own source says nothing: whose line it is follows from its connection.
  if (rest.startsWith(":")) rest = rest.replace(/^\S+ */, "");
  const params: Array<string> = [];
  while (rest !== "") {
    if (rest.startsWith(":") && params.length > 0) {
      params.push(rest.slice(1));
      break;
    }
    if (params.length === MAX_PARAMS) {
      params.push(rest);
      break;
    }
    const end = rest.indexOf(" ");
    params.push(end < 0 ? rest : rest.slice(0, end));
    rest = end < 0 ? "" : rest.slice(end).replace(/^ +/, "");
  }
  const command = params.shift();
  return command === undefined || command === ""
    ? undefined
    : { tags, command: command.toUpperCase(), params };
};
