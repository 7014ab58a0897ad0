/** What stands at a path in a document of Slack's, of which every part may be missing, null, or something else. */
export const valueAt = (value: unknown, ...path: ReadonlyArray<string>): unknown => {
  let at = value;
  for (const name of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[name];
  }
  return at;
};

/** A text, as the database can store it; empty if there is none. */
export const textAt = (value: unknown, ...path: ReadonlyArray<string>): string => {
  const text = valueAt(value, ...path);
  return typeof text === "string" ? text.toWellFormed().replaceAll("\u0000", "") : "";
};

/** A list; empty if there is none. */
export const listAt = (value: unknown, ...path: ReadonlyArray<string>): ReadonlyArray<unknown> => {
  const list = valueAt(value, ...path);
  return Array.isArray(list) ? (list as ReadonlyArray<unknown>) : [];
};

/** The texts of a list, each once. */
export const textsAt = (value: unknown, ...path: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Set(listAt(value, ...path).filter((one): one is string => typeof one === "string")),
];

export const isTrueAt = (value: unknown, ...path: ReadonlyArray<string>): boolean =>
  valueAt(value, ...path) === true;

/** A time that Slack tells in seconds, in milliseconds; 0 if there is none. */
export const secondsAt = (value: unknown, ...path: ReadonlyArray<string>): number => {
  const seconds = valueAt(value, ...path);
  const known = typeof seconds === "number" && seconds > 0 && seconds < MAX_SECONDS;
  return known ? Math.floor(seconds) * 1_000 : 0;
};

/** Ten digits, as in a message's `ts`. */
const MAX_SECONDS = 1e10;
