import { createHash } from "node:crypto";

const BETWEEN = ":";

const hashOf = (salt: string, key: string): string =>
  createHash("sha256").update(`${salt} ${key}`).digest("hex");

/** What has to be said to join a channel, as it is kept: the word itself stands nowhere. `salt` is random, without a colon. */
export const channelKeyHash = (salt: string, key: string): string => `${salt}${BETWEEN}${hashOf(salt, key)}`;

/**
 * A word that was said, to be compared with what a channel keeps of its own: hashed with the same salt. Older ones have
 * the channel's id for it.
 */
export const saidKeyHash = (
  {
    id,
    modes,
  }: { readonly id: string; readonly modes?: { readonly key_hash?: string | undefined } | undefined },
  key: string,
): string => {
  const at = modes?.key_hash?.indexOf(BETWEEN) ?? -1;
  return at < 0 ? hashOf(id, key) : channelKeyHash(modes!.key_hash!.slice(0, at), key);
};
