import { newId } from "@clickclack/protocol/Ids";
import { type HistoryRange, historyTargets, readHistory } from "../history.ts";
import { uuidOf } from "../model/messageIds.ts";
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

const SUBCOMMANDS = ["LATEST", "BEFORE", "AFTER", "BETWEEN", "AROUND", "TARGETS"] as const;
type Subcommand = (typeof SUBCOMMANDS)[number];

/** Which part a subcommand asks for; undefined when its references are none. */
const rangeOf = (
  kind: Subcommand,
  first: string,
  second: string,
): Omit<HistoryRange, "limit"> | undefined => {
  if (kind === "LATEST" && first === "*") return {};
  const from = referenceOf(first);
  if (from === undefined) return undefined;
  switch (kind) {
    case "LATEST":
      return { since: from };
    case "BEFORE":
      return { before: from };
    case "AFTER":
      return { after: from };
    case "AROUND":
      return { around: from };
    default: {
      const until = referenceOf(second);
      return until === undefined ? undefined : { after: from, until };
    }
  }
};

/** CHATHISTORY: a stretch of one target, or where something was said. */
export const chatHistory = async (
  parts: IrcParts,
  actor: IrcActor,
  params: ReadonlyArray<string>,
  writer: LineWriter,
): Promise<void> => {
  const [command = "", target = "", first = "", second = "", third = ""] = params;
  const { serverName } = parts.settings;
  const refused = (code: string, context: string, text: string) =>
    fail(writer, serverName, code, context, text);
  const kind = SUBCOMMANDS.find((one) => one === command.toUpperCase());
  if (kind === undefined) return refused("UNKNOWN_COMMAND", command, "there is no such subcommand");
  if (kind === "TARGETS") return tellTargets(parts, actor, params, writer);
  const limit = Number(kind === "BETWEEN" ? third : second);
  const range = rangeOf(kind, first, second);
  if (target === "" || !isLimit(limit) || !range)
    return refused("INVALID_PARAMS", command, "subcommand, target, reference and limit");
  try {
    const messages = await readHistory(parts, actor, target, {
      ...range,
      limit: Math.min(limit, MAX_MESSAGES),
    });
    writer.batch("chathistory", [target], messages);
  } catch (error) {
    if (!(error instanceof IrcRefusal)) throw error;
    const code = error.numeric === "400" ? "INVALID_MSGREFTYPE" : "INVALID_TARGET";
    refused(code, `${command} ${target}`, error.message);
  }
};

const isLimit = (limit: number): boolean => Number.isSafeInteger(limit) && limit > 0;

const tellTargets = async (
  parts: IrcParts,
  actor: IrcActor,
  [command = "", first = "", second = "", third = ""]: ReadonlyArray<string>,
  writer: LineWriter,
): Promise<void> => {
  const { serverName } = parts.settings;
  const times = [first, second].map((text) =>
    text.startsWith("timestamp=") ? Date.parse(referenceOf(text) ?? "") : Number.NaN,
  );
  const limit = Number(third);
  if (times.some(Number.isNaN) || !isLimit(limit))
    return fail(writer, serverName, "INVALID_PARAMS", command, "two timestamps and a limit");
  const [after, before] = [Math.min(...times), Math.max(...times)];
  const found = await historyTargets(parts, actor, { after, before, limit: Math.min(limit, MAX_MESSAGES) });
  const told = found.map(({ name, at }) => ({
    id: uuidOf(newId("eph")),
    ts: at.toISOString(),
    command: "CHATHISTORY",
    from: serverName,
    params: ["TARGETS", name, at.toISOString()],
    body: [],
  }));
  writer.batch("draft/chathistory-targets", [], told);
};
