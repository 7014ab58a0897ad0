import { decodeCursor, encodeCursor } from "@clickclack/protocol/Cursor";
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
