import { BASE32 } from "@clickclack/protocol/Ids";
import { createHash } from "node:crypto";

const LENGTH = 26;

/** The id of the conversation between these members of a workspace: a hash of them, shaped as every id is. */
export const conversationId = (workspaceId: string, memberIds: ReadonlyArray<string>): string => {
  const members = [...new Set(memberIds)].toSorted();
  const digest = createHash("sha256")
    .update([workspaceId, ...members].join(" "))
    .digest();
  const text = Array.from(digest.subarray(0, LENGTH), (byte) => BASE32.charAt(byte & 31)).join("");
  // The first character of a ULID is at most 7.
  return `dm_${BASE32.charAt(digest[LENGTH]! & 7)}${text.slice(1)}`;
};
