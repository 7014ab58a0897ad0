import { isNumeric, type IrcMessage } from "./IrcMessage.ts";

/** `both` is the default: an object that readers of either generation understand. */
export const SHAPES = ["both", "irc", "typed"] as const;
export type Shape = (typeof SHAPES)[number];

const TYPES: Readonly<Record<string, string>> = {
  PRIVMSG: "message",
  NOTICE: "message",
  JOIN: "join",
  PART: "part",
  QUIT: "part",
  KICK: "part",
  NICK: "nick",
  TOPIC: "topic",
};

const typeOf = (command: string): string => (isNumeric(command) ? "system" : (TYPES[command] ?? "system"));

/** What the typed shape cannot tell by its type. */
const typedMeta = ({ command, meta }: IrcMessage): IrcMessage["meta"] => {
  if (command === "QUIT") return { ...meta, quit: true };
  if (command === "KICK") return { ...meta, kick: true };
  if (command === "NOTICE") return { ...meta, notice: true };
  return isNumeric(command) ? { ...meta, numeric: command } : meta;
};

/** A message as clients of the first generation read it. */
const typed = (message: IrcMessage) => {
  const { id, ts, command, from, to, body } = message;
  const meta = typedMeta(message);
  return {
    id,
    ts,
    type: typeOf(command),
    from,
    ...(to !== undefined && { to }),
    ...(to?.startsWith("#") && { channel: to }),
    body,
    content: body.join("\n"),
    ...(meta && { meta }),
  };
};

/** A message as clients of the second generation read it. */
const irc = ({ id, ts, command, from, to, params, body, meta }: IrcMessage) => ({
  id,
  command,
  from,
  ...(to !== undefined && { to }),
  params,
  body,
  ts,
  ...(meta && { meta }),
});

const both = (message: IrcMessage) => {
  const { id, ts, command, from, to, params, body } = message;
  const meta = typedMeta(message);
  return {
    id,
    ts,
    command,
    type: typeOf(command),
    from,
    ...(to !== undefined && { to }),
    params,
    body,
    ...(meta && { meta }),
  };
};

const ENCODERS = { both, irc, typed } as const;

/** A message as JSON text in one of the shapes. */
export const jsonOf = (message: IrcMessage, shape: Shape): string => JSON.stringify(ENCODERS[shape](message));
