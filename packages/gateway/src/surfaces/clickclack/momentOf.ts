import { decodeCursor } from "@clickclack/protocol/Cursor";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { Moment } from "@clickclack/workspace/projections/Moment";
import { readTime } from "../../http/readTime.ts";
import { positionOf, requireKnown, ResyncRequired } from "../../replica/readEvents.ts";
import type { WorkspaceReplica } from "../../replica/WorkspaceReplica.ts";
import { resyncFailure } from "./cursors.ts";

/**
 * The moment that `as_of` names: a cursor of this workspace, or an RFC 3339 time. Throws 409 for a cursor that is none
 * of this workspace's log, 400 for a text that is neither, and StoreUnavailable.
 */
export const momentOf = async (
  asOf: string | undefined,
  replica: WorkspaceReplica,
  epoch: number,
): Promise<Moment | undefined> => {
  if (asOf === undefined) return undefined;
  if (asOf.startsWith("cur_")) return cursorMoment(asOf, replica, epoch);
  const at = readTime(asOf);
  if (at) return { _tag: "Time", at };
  const message = "as_of is a cursor of this workspace, or a time such as 2026-11-20T10:00:00Z";
  throw new ApiFailure("invalid_request", message, { issues: [{ path: "as_of", message }] });
};

const cursorMoment = async (text: string, replica: WorkspaceReplica, epoch: number): Promise<Moment> => {
  try {
    const cursor = decodeCursor(text, replica.id, epoch);
    if (typeof cursor === "string") throw new ResyncRequired(cursor);
    await requireKnown(replica, positionOf(cursor));
    return { _tag: "Version", version: cursor.version };
  } catch (error) {
    throw error instanceof ResyncRequired ? resyncFailure(error, replica, epoch) : error;
  }
};
