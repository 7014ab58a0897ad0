import * as Schema from "effect/Schema";
import * as SchemaTransformation from "effect/SchemaTransformation";
import { HttpApiSchema } from "effect/http-api";
import { ResyncReason } from "../realtime/Frames.ts";

export const ErrorBody = Schema.Struct({
  error: Schema.String,
  code: Schema.String,
  request_id: Schema.String,
  issues: Schema.optionalKey(Schema.Array(Schema.Struct({ path: Schema.String, message: Schema.String }))),
  tail_cursor: Schema.optionalKey(Schema.String),
  reason: Schema.optionalKey(ResyncReason),
}).annotate({ identifier: "Error" });
export type ErrorBody = typeof ErrorBody.Type;

const failure = (status: number) => ErrorBody.pipe(HttpApiSchema.status(status));

/** The failures that every authenticated endpoint may answer with. */
export const failures = [400, 401, 403, 404, 409, 413, 429, 500, 503].map(failure);
/** The body is of another kind than the endpoint takes. */
export const mediaTypeFailure = failure(415);
/** What the path names is not there. */
export const notFoundFailure = failure(404);
/** It is in conflict with what is there. */
export const conflictFailure = failure(409);
/** A part of a file was asked for that it does not have. */
export const rangeFailure = failure(416);
/** The failures of endpoints that anyone may call. */
export const openFailures = [400, 403, 413, 415, 429, 500, 501, 503].map(failure);
/** The failures of signing in, which anyone may try. */
export const signInFailures = [...openFailures, failure(401)];

/** An answer with status 201. */
export const created = <S extends Schema.Top>(schema: S) => schema.pipe(HttpApiSchema.status(201));

const ID_LENGTH = 64; // the longest id is 33 characters; anything over this is no id

export const IdParam = Schema.String.check(Schema.isMaxLength(ID_LENGTH));

/** Tells in `openapi.yaml` that the text is a whole number. */
export const WHOLE_NUMBER = "int64";

/** Digits alone: what else `Number` would read is no number that anybody meant. */
const digits = (most: number) =>
  Schema.String.annotate({ format: WHOLE_NUMBER }).check(Schema.isPattern(new RegExp(`^-?\\d{1,${most}}$`)));

/** A whole number in a query string. */
export const IntParam = digits(16).pipe(Schema.decodeTo(Schema.Int, SchemaTransformation.numberFromString));

/** How many are wanted: a whole number of any size, which the endpoint cuts to its bounds. */
export const LimitParam = digits(300).pipe(
  Schema.decodeTo(Schema.Finite, SchemaTransformation.numberFromString),
);

/** Characters are counted as Unicode code points, as JSON Schema's `maxLength` does. */
const hasAtMost = (text: string, max: number): boolean => {
  if (text.length <= max) return true;
  if (text.length > 2 * max) return false;
  let count = 0;
  for (const _ of text) count++;
  return count <= max;
};

/** Text that somebody typed: trimmed, then 1 to `max` characters. */
export const TypedText = (max: number) =>
  Schema.Trim.check(
    Schema.isMinLength(1),
    Schema.makeFilter((text: string) => hasAtMost(text, max), { expected: `at most ${max} characters` }),
  ).pipe(Schema.annotateEncoded({ description: `1 to ${max} characters once it is trimmed` }));

/** An address as people type it; whether mail gets there is another matter. */
export const Email = TypedText(254).check(Schema.isPattern(/^[^\s@]+@[^\s@]+$/));

/** An optional header: the same key and body give the same answer, another body 409. */
export const idempotencyHeader = {
  "idempotency-key": Schema.optionalKey(Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(255))),
};
