import { createHash } from "node:crypto";

/** What has to be said to join a channel, as it is kept: the word itself stands nowhere. */
export const channelKeyHash = (channelId: string, key: string): string =>
  createHash("sha256").update(`${channelId} ${key}`).digest("hex");
