import * as Schema from "effect/Schema";
import { HttpApiSchema } from "effect/http-api";

export const ErrorBody = Schema.Struct({
  error: Schema.String,
  code: Schema.String,
  request_id: Schema.String,
  issues: Schema.optionalKey(Schema.Array(Schema.Struct({ path: Schema.String, message: Schema.String }))),
  tail_cursor: Schema.optionalKey(Schema.String),
}).annotate({ identifier: "Error" });
export type ErrorBody = typeof ErrorBody.Type;

const failure = (status: number) => ErrorBody.pipe(HttpApiSchema.status(status));

/** The failures that every authenticated endpoint may answer with. */
export const failures = [400, 401, 403, 404, 409, 413, 429, 500, 503].map(failure);
/** The failures of endpoints that anyone may call. */
export const openFailures = [400, 403, 413, 415, 429, 500, 501, 503].map(failure);

/** An answer with status 201. */
export const created = <S extends Schema.Top>(schema: S) => schema.pipe(HttpApiSchema.status(201));

const ID_LENGTH = 64; // the longest id is 33 characters; anything over this is no id

export const IdParam = Schema.String.check(Schema.isMaxLength(ID_LENGTH));

/** A whole number in a query string. */
export const IntParam = Schema.NumberFromString.check(Schema.isInt());

/** Text that somebody typed into a short field: trimmed, 1 to `max` characters. */
export const ShortText = (max: number) => Schema.Trim.check(Schema.isMinLength(1), Schema.isMaxLength(max));

/** An optional header: the same key and body give the same answer, another body 409. */
export const idempotencyHeader = {
  "idempotency-key": Schema.optionalKey(Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(255))),
};
