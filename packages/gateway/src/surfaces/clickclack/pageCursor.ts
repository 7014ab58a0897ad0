import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { isId } from "@clickclack/protocol/Ids";

/** The place after which a page that is sorted by time, newest first, goes on. */
export interface PagePlace {
  readonly at: string;
  readonly id: string;
}

/** Whether a time and an id can be those of a message; Postgres would stumble over others. */
export const isPlace = ({ at, id }: PagePlace): boolean => {
  const time = Date.parse(at);
  return isId("msg", id) && time >= 0 && /^\d{4}-/.test(at) && new Date(time).toISOString() === at;
};

/** A page's end as an opaque text. */
export const encodePage = ({ at, id }: PagePlace): string => Buffer.from(`${at} ${id}`).toString("base64url");

/** The inverse; throws 400 for a text that no page ended with. */
export const decodePage = (cursor: string | undefined): PagePlace | undefined => {
  if (cursor === undefined) return undefined;
  const [at, id, more] = Buffer.from(cursor, "base64url").toString("utf8").split(" ");
  if (at !== undefined && id !== undefined && more === undefined && isPlace({ at, id })) return { at, id };
  throw new ApiFailure("invalid_request", "this cursor is none of this list");
};
