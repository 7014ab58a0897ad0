/** A text that a message may have: 40,000 characters, of which each takes up to two. */
const MAX_BODY = 80_000;
/** Any other text: the longest that the API takes are addresses. */
const MAX_TEXT = 2_048;
/** What stands in an index of the read models. */
const MAX_KEY = 255;
const MAX_COUNT = 2 ** 31 - 1;

const BODIES = new Set(["body", "quoted_body_snapshot"]);
const KEYS = new Set(["nonce", "emoji", "turn_id"]);
const LARGE = new Set(["byte_size", "duration_ms"]);
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
const ID = /^[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{25}$/;
/** The operator, who has no account. */
const SYSTEM = "system";
/** Which command or request was the cause is whatever its sender called it. */
const FREE = new Set(["causation_id", "correlation_id", "turn_id"]);

/**
 * Why a document cannot be stored and read again, or undefined: schemas tell which fields there are, this tells what the
 * database and the subjects of the log can take. One bad value would stop the read models of everybody.
 */
export const plainProblem = (value: unknown, field = ""): string | undefined => {
  if (typeof value === "string") return textProblem(value, field);
  if (typeof value === "number") {
    const fits = Number.isSafeInteger(value) && value >= 0 && (LARGE.has(field) || value <= MAX_COUNT);
    return fits ? undefined : `${field} is out of bounds`;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const entries = Array.isArray(value)
    ? value.map((one: unknown) => [field, one] as const)
    : Object.entries(value);
  for (const [name, one] of entries) {
    const problem = plainProblem(one, name);
    if (problem !== undefined) return problem;
  }
  return undefined;
};

const textProblem = (text: string, field: string): string | undefined => {
  if (!text.isWellFormed() || text.includes("\u0000")) return `${field} holds what is no text`;
  const max = BODIES.has(field) ? MAX_BODY : KEYS.has(field) ? MAX_KEY : MAX_TEXT;
  if (text.length > max) return `${field} is too long`;
  const isTime = field === "at" || /_(at|until|up_to)$/.test(field);
  if (isTime && (!TIME.test(text) || Number.isNaN(Date.parse(text)))) return `${field} is no time`;
  const isId = (field.endsWith("_id") || field.endsWith("_ids")) && !FREE.has(field);
  if (isId && text !== SYSTEM && !ID.test(text)) return `${field} is no id`;
  return undefined;
};
