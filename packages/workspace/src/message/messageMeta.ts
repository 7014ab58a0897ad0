/** What programs say of a message besides its text; nothing here reads it. */
export type MessageMeta = Readonly<Record<string, unknown>>;

/**
 * Of a message's meta as JSON in UTF-8: enough for signatures, hashes and marks, and no more than the longest usual text, as
 * it is kept in the log for ever and told to everybody with the message.
 */
export const MAX_META_BYTES = 4_096;

export const isMetaTooLong = (meta: MessageMeta): boolean =>
  Buffer.byteLength(JSON.stringify(meta)) > MAX_META_BYTES;

export const META_TOO_LONG = `meta has at most ${MAX_META_BYTES} bytes as JSON`;
