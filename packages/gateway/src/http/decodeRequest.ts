import { ApiFailure, type Issue } from "@clickclack/protocol/http/ApiFailure";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import * as SchemaIssue from "effect/SchemaIssue";

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
const formatIssues = SchemaIssue.makeFormatterStandardSchemaV1();

/** Issues told to a client; the rest adds nothing. */
const MAX_ISSUES = 20;

/** Parses a JSON body: one value, valid UTF-8, no text that could not be stored or sent on. */
export const parseJson = (body: Uint8Array): unknown => {
  let text: string;
  try {
    text = strictUtf8.decode(body);
  } catch {
    throw new ApiFailure("invalid_text", "the body is not valid UTF-8");
  }
  try {
    const value: unknown = JSON.parse(text);
    requireCleanText(value, "");
    return value;
  } catch (error) {
    if (error instanceof ApiFailure) throw error;
    throw new ApiFailure("malformed_json", "the body is not one JSON value");
  }
};

/** Refuses NUL and lone surrogates anywhere in a value: neither the log nor Postgres could give them back. */
const requireCleanText = (value: unknown, path: string): void => {
  if (typeof value === "string") return requireCleanString(value, path);
  if (typeof value !== "object" || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    requireCleanString(key, path);
    requireCleanText(part, path === "" ? key : `${path}.${key}`);
  }
};

const requireCleanString = (text: string, path: string): void => {
  const problem = text.includes("\0")
    ? "contains NUL"
    : text.isWellFormed()
      ? undefined
      : "contains half a character";
  if (problem)
    throw new ApiFailure("invalid_text", `text ${problem}`, { issues: [{ path, message: problem }] });
};

/** Percent-decodes one part of a path or query. */
export const decodeText = (text: string, path: string): string => {
  try {
    const decoded = decodeURIComponent(text);
    requireCleanString(decoded, path);
    return decoded;
  } catch (error) {
    if (error instanceof ApiFailure) throw error;
    throw new ApiFailure("invalid_text", `${path} is not valid percent-encoded UTF-8`);
  }
};

/** A query string's fields. A field that comes twice is refused: which of them counts would be a guess. */
export const parseQuery = (query: string): Record<string, string> => {
  const fields: Record<string, string> = {};
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const at = pair.indexOf("=");
    const [name, value] = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
    const key = decodeText(name.replaceAll("+", " "), "query");
    if (Object.hasOwn(fields, key)) throw new ApiFailure("invalid_request", `${key} is given twice`);
    Object.defineProperty(fields, key, {
      value: decodeText(value.replaceAll("+", " "), key),
      enumerable: true,
    });
  }
  return fields;
};

/** Compiles a schema into a decoder that throws 400 with every issue. */
export const decoderOf = (schema: Schema.Top, where: string): ((input: unknown) => unknown) => {
  const decode = Schema.decodeUnknownResult(schema as Schema.Codec<unknown>, { errors: "all" });
  return (input) => {
    const result = decode(input);
    if (Result.isSuccess(result)) return result.success;
    const found = formatIssues(result.failure.issue).issues;
    const issues: ReadonlyArray<Issue> = found.slice(0, MAX_ISSUES).map(({ path, message }) => ({
      path: (path ?? []).map((step) => String(typeof step === "object" ? step.key : step)).join("."),
      message,
    }));
    const first = issues[0];
    const text = first ? `${where} ${first.path || "value"}: ${first.message}` : `the ${where} is invalid`;
    throw new ApiFailure("invalid_request", text, { issues });
  };
};
