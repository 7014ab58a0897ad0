import { isMetaTooLong, type MessageMeta } from "@clickclack/workspace/message/messageMeta";
import type { IrcCommand } from "../commands/IrcCommand.ts";
import { refuse } from "../refusals.ts";

/** A message as it was posted: in which shape, and what it says. */
export interface PostedCommand extends IrcCommand {
  readonly shape: "irc" | "typed";
}

type Fields = Readonly<Record<string, unknown>>;

/** A body that must be one object. */
export const requireObject = (value: unknown): Fields => {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw refuse.badRequest("the body must be a JSON object");
};

/** A field that is a text, or absent; the first of these names that is there. */
export const textOf = (fields: Fields, ...names: ReadonlyArray<string>): string | undefined => {
  for (const name of names) {
    const value = fields[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== "string") throw refuse.badRequest(`${name} must be a text`);
    return value;
  }
  return undefined;
};

export const requireText = (fields: Fields, ...names: ReadonlyArray<string>): string => {
  const value = textOf(fields, ...names);
  if (value === undefined) throw refuse.badRequest(`${names.join(" or ")} must be given`);
  return value;
};

const isTexts = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((one) => typeof one === "string");

/** Lines of a body in any of its spellings: a text, or an array of lines. */
const linesOf = (fields: Fields): ReadonlyArray<string> | undefined => {
  const value = fields["body"] ?? fields["content"] ?? undefined;
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return [value];
  if (isTexts(value)) return value;
  throw refuse.badRequest("body must be a text or an array of lines");
};

/** A message's meta; one that says nothing is none. */
const metaOf = (fields: Fields): { readonly meta?: MessageMeta } => {
  const { meta } = fields;
  if (meta === undefined || meta === null) return {};
  if (typeof meta !== "object" || Array.isArray(meta)) throw refuse.badRequest("meta must be an object");
  const given = meta as MessageMeta;
  if (isMetaTooLong(given)) throw refuse.metaTooLong();
  return Object.keys(given).length === 0 ? {} : { meta: given };
};

const paramsOf = (fields: Fields): ReadonlyArray<string> => {
  const value = fields["params"];
  if (value === undefined || value === null) return [];
  if (isTexts(value)) return value;
  throw refuse.badRequest("params must be an array of texts");
};

/** Commands whose only parameter may stand in the parameters or in the body. */
const ONE_WORD = new Set(["NICK", "PING", "PONG"]);
/** Commands that have no target, only a text. */
const ONLY_TEXT = new Set(["QUIT", "AWAY"]);

const ircParams = (command: string, fields: Fields): ReadonlyArray<string> => {
  const params = paramsOf(fields);
  const lines = linesOf(fields);
  const to = textOf(fields, "to", "channel");
  const text = lines?.join("\n");
  if (ONE_WORD.has(command)) return [params[0] ?? text ?? to ?? ""];
  if (ONLY_TEXT.has(command)) return text === undefined ? params : [text];
  // The target stands in `to`, among the parameters, or in both.
  const targets = to === undefined || params[0] === to ? params : [to, ...params];
  if (command === "PRIVMSG" || command === "NOTICE") return [targets[0] ?? "", text ?? targets[1] ?? ""];
  if (text === undefined) return targets;
  // A channel may stand where other commands have their text.
  return targets.length === 0 ? [text] : [...targets, text];
};

/** Reads a posted message of either generation. Throws IrcRefusal. */
export const decodeCommand = (body: unknown): PostedCommand => {
  const fields = requireObject(body);
  const command = textOf(fields, "command");
  if (command !== undefined) {
    const word = command.toUpperCase();
    if (!/^[A-Z]{1,20}$/.test(word)) throw refuse.badRequest("command must be a word of IRC");
    return { shape: "irc", command: word, params: ircParams(word, fields), ...metaOf(fields) };
  }
  const to = textOf(fields, "to", "channel");
  if (to === undefined) throw refuse.badRequest("to or command must be given");
  const text = linesOf(fields)?.join("\n");
  return { shape: "typed", command: "PRIVMSG", params: [to, text ?? ""], ...metaOf(fields) };
};
