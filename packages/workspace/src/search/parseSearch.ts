/** What a search asks for, read from `words from:ada in:general has:link before:2026-01-31 after:2025-12-01`. */
export interface SearchTerms {
  /** The words themselves, as Postgres' web search reads them: quotes, `or` and `-` work. */
  readonly words: string;
  /** Handles without `@`, in lower case; `me` stands for who searches. */
  readonly from: ReadonlyArray<string>;
  /** Channel names without `#`, in lower case. */
  readonly in: ReadonlyArray<string>;
  readonly has: ReadonlySet<Feature>;
  /** Days in UTC; `before` excludes its own day, and `after` does too. */
  readonly before?: string;
  readonly after?: string;
}

/** What a message may have besides words. */
export type Feature = "link" | "reaction" | "thread" | "mention" | "file" | "image";

const FEATURES: ReadonlySet<string> = new Set([
  "link",
  "reaction",
  "thread",
  "mention",
  "file",
  "image",
] satisfies Array<Feature>);
const FILTER = /(?<!\S)(from|in|has|before|after):(\S+)/giu;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A day that there is: neither February 30 nor one of the year 0, which Postgres does not know. */
const isDay = (text: string): boolean => {
  const at = DAY.test(text) && !text.startsWith("0000") ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
};

/** Reads a query. A filter that cannot be meant as one, such as `has:hope`, is read as words. */
export const parseSearch = (query: string): SearchTerms => {
  const from: Array<string> = [];
  const channels: Array<string> = [];
  const has = new Set<Feature>();
  const days: { before?: string; after?: string } = {};
  const words = query.replace(FILTER, (text, name: string, value: string) => {
    const filter = name.toLowerCase();
    const bare = value.replace(/^[@#]/, "").toLowerCase();
    if (filter === "from") from.push(bare);
    else if (filter === "in") channels.push(bare);
    else if (filter === "has" && FEATURES.has(bare)) has.add(bare as Feature);
    else if ((filter === "before" || filter === "after") && isDay(value)) days[filter] = value;
    else return text;
    return " ";
  });
  return { words: words.replace(/\s+/g, " ").trim(), from, in: channels, has, ...days };
};
