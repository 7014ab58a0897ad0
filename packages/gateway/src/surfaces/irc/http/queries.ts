import { parseQuery } from "../../../http/decodeRequest.ts";
import { type Shape, SHAPES } from "../model/jsonShapes.ts";
import { refuse } from "../refusals.ts";

/** Seconds that a poll may wait; longer ones are cut. */
export const MAX_POLL_SECONDS = 30;

type Fields = Readonly<Record<string, string>>;

export const queryOf = (query: string): Fields => parseQuery(query);

/** A whole number of a query that is not negative; undefined when it is absent. */
export const intOf = (fields: Fields, name: string): number | undefined => {
  const text = fields[name];
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw refuse.badRequest(`${name} must be a whole number, 0 or more`);
  return value;
};

/** How long a poll waits, in milliseconds. */
export const timeoutOf = (fields: Fields): number => {
  const text = fields["timeout"];
  if (text === undefined || text === "") return 0;
  const seconds = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || !Number.isFinite(seconds))
    throw refuse.badRequest("timeout must be a number of seconds, 0 or more");
  return Math.min(seconds, MAX_POLL_SECONDS) * 1_000;
};

/** The shape that a reader asks for, or the one that its client has. */
export const shapeOf = (fields: Fields, fallback: Shape): Shape => {
  const text = fields["format"];
  if (text === undefined || text === "") return fallback;
  const shape = SHAPES.find((one) => one === text);
  if (shape === undefined) throw refuse.badRequest(`format must be one of ${SHAPES.join(", ")}`);
  return shape;
};
