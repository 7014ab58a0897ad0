import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";

/** What was deleted by the end of the log, wherever in it that stands. */
export interface Deleted {
  readonly deletedMessages: ReadonlySet<string>;
  readonly removedUploads: ReadonlySet<string>;
}

/** Fields of secrets, should a type of event ever have one: an export opens nothing. */
const SECRET_FIELDS = ["hash", "code_hash", "secret_hash", "token_hash", "code", "secret", "token"];

/**
 * An event without what was deleted later: the texts and meta of deleted messages, quotes of them, and what removed files were called.
 * Ids, counts, times and versions stay. Every type of event that carries such fields is treated alike.
 */
export const redactEvent = (event: WorkspaceEvent, deleted: Deleted): WorkspaceEvent => {
  const payload = event.payload as Readonly<Record<string, unknown>>;
  const blank = (...fields: ReadonlyArray<string>) =>
    fields.filter((field) => typeof payload[field] === "string" && payload[field] !== "");
  const isIn = (ids: ReadonlySet<string>, field: string) => ids.has(payload[field] as string);
  const blanked = [
    ...(isIn(deleted.deletedMessages, "message_id") ? blank("body", "quoted_body_snapshot") : []),
    ...(isIn(deleted.deletedMessages, "quoted_message_id") ? blank("quoted_body_snapshot") : []),
    ...(isIn(deleted.removedUploads, "upload_id") ? blank("filename", "sha256") : []),
    ...blank(...SECRET_FIELDS),
  ];
  const hasMeta = isIn(deleted.deletedMessages, "message_id") && payload["meta"] !== undefined;
  if (blanked.length === 0 && !hasMeta) return event;
  const without = Object.fromEntries(blanked.map((field) => [field, ""]));
  const { meta, ...rest } = { ...payload, ...without } as Readonly<Record<string, unknown>>;
  const kept = meta === undefined || hasMeta ? rest : { ...rest, meta };
  return { ...event, payload: kept } as WorkspaceEvent;
};
