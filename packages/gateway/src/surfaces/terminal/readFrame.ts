import { TerminalInput } from "@clickclack/protocol/terminal/TerminalFrames";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";

/** Raw text lines of one frame: as many as people paste at once. */
const MAX_LINES = 100;

/** What came that is no frame; `id` of the input that was meant, where it can be told. */
export interface BadFrame {
  readonly problem: string;
  readonly id?: string;
}

const decode = Schema.decodeUnknownResult(TerminalInput);
const decoder = new TextDecoder();

/** What a WebSocket message holds: a frame, or in text mode the lines that were typed, the first of which is one's name. */
export const readFrame = (
  message: ArrayBuffer,
  { binary, text, greeted }: { readonly binary: boolean; readonly text: boolean; readonly greeted: boolean },
): ReadonlyArray<TerminalInput | BadFrame> => {
  const raw = decoder.decode(message);
  if (text) return readLines(raw, greeted);
  if (binary) return [{ problem: "frames are text, not binary" }];
  return [readJson(raw)];
};

const readLines = (raw: string, greeted: boolean): ReadonlyArray<TerminalInput | BadFrame> => {
  const lines = raw.replace(/\r?\n$/, "").split(/\r?\n/);
  const taken = lines
    .slice(0, MAX_LINES)
    .map((line, at) =>
      at === 0 && !greeted
        ? { type: "hello" as const, username: line.trim() }
        : { type: "input" as const, text: line },
    );
  const more = lines.length - taken.length;
  const problem = `a frame holds ${MAX_LINES} lines at the most; its last ${more} were not taken`;
  return more > 0 ? [...taken, { problem }] : taken;
};

const readJson = (raw: string): TerminalInput | BadFrame => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(raw);
  } catch {
    return { problem: "a frame is one JSON object; this is no JSON" };
  }
  const decoded = decode(parsed);
  if (Result.isSuccess(decoded)) return decoded.success;
  const { type, id } = (typeof parsed === "object" && parsed !== null ? parsed : {}) as Record<
    string,
    unknown
  >;
  const known = type === "hello" || type === "input" || type === "typing";
  const problem = known
    ? `this is no ${type} frame: ${PROBLEMS[type]}`
    : "a frame's type is hello, input or typing";
  return { problem, ...(typeof id === "string" && id.length <= MAX_ID && { id }) };
};

const MAX_ID = 128;

const PROBLEMS = {
  hello: "it takes a username of up to 64 characters, and resume, last, token and wants where you have them",
  input: "it takes a text, and an id of 1 to 128 characters where you want an answer",
  typing: "it takes nothing",
} as const;
