import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { readdirSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { RecordedEvent } from "../Decider.ts";
import type { LogUpcaster } from "../Upcaster.ts";

export interface GoldenFiles {
  /** Holds `<type>.v<format>.json`, an event of each format that a type ever had. */
  readonly folder: URL;
  /** What events look like today, by type. */
  readonly schemas: Readonly<Record<string, Schema.Codec<unknown>>>;
  readonly upcast: LogUpcaster<RecordedEvent>;
}

/**
 * What is wrong with a context's stored formats: each has a golden file, today's is the one that new events are stamped
 * with, and every older one becomes the newest by the context's upcaster. Empty when all is well.
 */
export const goldenProblems = ({ folder, schemas, upcast }: GoldenFiles): ReadonlyArray<string> => {
  const files = new Set(readdirSync(folder));
  const problems: Array<string> = [];
  for (const [type, schema] of Object.entries(schemas)) {
    const current = upcast.formats[type] ?? 1;
    const fileOf = (v: number) => `${type}.v${v}.json`;
    const read = (v: number) => JSON.parse(readFileSync(new URL(fileOf(v), folder), "utf8")) as RecordedEvent;
    const formats = Array.from({ length: current }, (_, i) => i + 1);
    const missing = formats.filter((v) => !files.has(fileOf(v)));
    problems.push(...missing.map((v) => `${fileOf(v)} is missing`));
    if (files.has(fileOf(current + 1)))
      problems.push(`${fileOf(current + 1)} has no upcast step from format ${current}`);
    if (missing.length > 0) continue;
    const newest = read(current);
    for (const v of formats)
      problems.push(...problemsOf(fileOf(v), read(v), { type, v, schema, upcast, newest }));
  }
  const unknown = Object.keys(upcast.formats).filter((type) => !(type in schemas));
  return [...problems, ...unknown.map((type) => `${type} has upcast steps and is no known type`)];
};

interface Expected extends Pick<GoldenFiles, "upcast"> {
  readonly type: string;
  readonly v: number;
  readonly schema: Schema.Codec<unknown>;
  readonly newest: RecordedEvent;
}

const problemsOf = (
  file: string,
  golden: RecordedEvent,
  { type, v, schema, upcast, newest }: Expected,
): ReadonlyArray<string> => {
  if (golden.type !== type || golden.v !== v) return [`${file} holds a ${golden.type} of format ${golden.v}`];
  const event = upcast(golden);
  const decoded = Schema.decodeUnknownResult(schema)(event);
  if (Result.isFailure(decoded))
    return [`${file} is not what today's events look like: ${String(decoded.failure)}`];
  const encoded: unknown = JSON.parse(JSON.stringify(Schema.encodeUnknownSync(schema)(decoded.success)));
  if (!isDeepStrictEqual(encoded, event)) return [`${file} has fields that today's events do not have`];
  // What an older format did not tell may be absent; whatever it tells is what the newest golden file tells.
  return isPartOf(event, newest) ? [] : [`${file} does not become the event of ${type}.v${newest.v}.json`];
};

const isPartOf = (part: unknown, whole: unknown): boolean => {
  if (!isRecord(part) || !isRecord(whole)) return isDeepStrictEqual(part, whole);
  return Object.entries(part).every(([key, value]) => isPartOf(value, whole[key]));
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
