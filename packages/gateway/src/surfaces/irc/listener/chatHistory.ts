import { readHistory } from "../history.ts";
import type { IrcActor, IrcParts } from "../IrcParts.ts";
import { IrcRefusal } from "../refusals.ts";
import type { LineWriter } from "./LineWriter.ts";

/** Messages of one answer, as 005 tells. */
const MAX_MESSAGES = 100;

const fail = (writer: LineWriter, serverName: string, code: string, context: string, text: string): void =>
  writer.raw(`:${serverName} FAIL CHATHISTORY ${code} ${context.replaceAll(/[\s:]/g, "_") || "*"} :${text}`);

/** The kinds of `msgid=…` and `timestamp=…`. */
const referenceOf = (text: string): string | undefined => {
  if (text.startsWith("msgid=")) return text.slice("msgid=".length);
  const time = text.startsWith("timestamp=") ? Date.parse(text.slice("timestamp=".length)) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
};

/** CHATHISTORY: LATEST, BEFORE, AFTER, BETWEEN and TARGETS. */
export const chatHistory = async (
  parts: IrcParts,
  actor: IrcActor,
  params: ReadonlyArray<string>,
  writer: LineWriter,
): Promise<void> => {
  const [command = "", target = "", first = "", second = "", third = ""] = params;
  const { serverName } = parts.settings;
  const kind = command.toUpperCase();
  if (kind === "TARGETS") return writer.batch("draft/chathistory-targets", [], []);
  const between = kind === "BETWEEN";
  const limit = Number(between ? third : second);
  const from = first === "*" ? undefined : referenceOf(first);
  const known = ["LATEST", "BEFORE", "AFTER", "BETWEEN"].includes(kind);
  const complete = target !== "" && Number.isSafeInteger(limit) && limit > 0;
  const referenced = from !== undefined || (kind === "LATEST" && first === "*");
  if (!known || !complete || !referenced)
    return fail(writer, serverName, "INVALID_PARAMS", command, "subcommand, target, reference and limit");
  const most = Math.min(limit, MAX_MESSAGES);
  const range = {
    LATEST: from === undefined ? {} : { since: from },
    BEFORE: { before: from! },
    AFTER: { after: from! },
    BETWEEN: { after: from!, until: referenceOf(second) ?? "" },
  }[kind as "LATEST" | "BEFORE" | "AFTER" | "BETWEEN"];
  try {
    const messages = await readHistory(parts, actor, target, { limit: most, ...range });
    writer.batch("chathistory", [target], messages);
  } catch (error) {
    if (!(error instanceof IrcRefusal)) throw error;
    fail(writer, serverName, "INVALID_TARGET", `${command} ${target}`, error.message);
  }
};
