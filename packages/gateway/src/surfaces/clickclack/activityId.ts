import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { ActivityPlace } from "@clickclack/workspace/projections/activityQueries";
import { isPlace } from "./pageCursor.ts";

const PREFIX = "act_";
const MAX_KEY = 512; // two ids and an emoji of 64 characters are less
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** The id of an activity tells where it stands, so that a page can go on behind it. */
export const encodeActivity = ({ at, key }: ActivityPlace): string =>
  PREFIX + Buffer.from(`${at} ${key}`).toString("base64url");

/** The inverse; throws 400 for a text that is no activity's id. */
export const decodeActivity = (id: string): ActivityPlace => {
  const text = id.startsWith(PREFIX)
    ? Buffer.from(id.slice(PREFIX.length), "base64url").toString("utf8")
    : "";
  const [at = "", message = ""] = text.split(" ", 2);
  const key = text.slice(at.length + 1);
  if (isPlace({ at, id: message }) && key.length <= MAX_KEY && !key.includes("\0")) return { at, key };
  throw new ApiFailure("invalid_request", "this is the id of no activity");
};

/** The time up to which is read what is named by an activity's id or an RFC 3339 time; never later than `now`. */
export const activityTime = (upTo: string, now: string): string => {
  const time = TIME.test(upTo) ? Date.parse(upTo) : Date.parse(decodeActivity(upTo).at);
  if (!(time >= 0)) throw new ApiFailure("invalid_request", "up_to is neither an activity's id nor a time");
  const at = new Date(time).toISOString();
  return at < now ? at : now;
};
