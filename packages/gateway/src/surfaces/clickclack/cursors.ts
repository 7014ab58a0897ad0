import { decodeCursor, encodeCursor } from "@clickclack/protocol/Cursor";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import {
  FROM_THE_BEGINNING,
  positionOf,
  type ReplayPosition,
  ResyncRequired,
} from "../../replica/readEvents.ts";
import type { WorkspaceReplica } from "../../replica/WorkspaceReplica.ts";

/** The cursor of the newest event. */
export const tailCursor = ({ id, version, seq }: WorkspaceReplica, epoch: number): string =>
  encodeCursor({ epoch, version, seq, workspace: id });

/** The position that a client asks to go on from; without a cursor, the beginning. Throws ResyncRequired. */
export const parsePosition = (
  cursor: string | undefined,
  workspaceId: string,
  epoch: number,
): ReplayPosition => {
  if (cursor === undefined || cursor === "") return FROM_THE_BEGINNING;
  const decoded = decodeCursor(cursor, workspaceId, epoch);
  if (typeof decoded === "string") throw new ResyncRequired(decoded);
  return positionOf(decoded);
};

/** What a request with a cursor that cannot be served is answered. */
export const resyncFailure = (
  { reason }: ResyncRequired,
  replica: WorkspaceReplica,
  epoch: number,
): ApiFailure =>
  new ApiFailure("resync_required", `this cursor cannot be served: ${reason}`, {
    details: { tail_cursor: tailCursor(replica, epoch), reason },
  });
