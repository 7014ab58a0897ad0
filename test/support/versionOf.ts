import { decodeCursor } from "@clickclack/protocol/Cursor";
import { fromBase32 } from "@clickclack/protocol/Ids";

const EPOCH_DIGITS = 7;
const TAG_DIGITS = 5;

/** The workspace's version that an event's cursor carries, read as the server reads it. */
export const versionOf = (cursor: string): number => {
  const epoch = fromBase32(cursor.slice("cur_".length, "cur_".length + EPOCH_DIGITS));
  const decoded = decodeCursor(cursor, cursor.slice(-TAG_DIGITS), epoch ?? 0);
  if (typeof decoded === "string") throw new Error(`${cursor} is no cursor: ${decoded}`);
  return decoded.version;
};
