import type { SkipReason } from "../Skipped.ts";
import { textAt } from "./fields.ts";

/** Kinds of messages that somebody said; the others tell what happened to a channel. */
const SAID = new Set([
  "",
  "bot_message",
  "me_message",
  "thread_broadcast",
  "reply_broadcast",
  "file_share",
  "slackbot_response",
  "document_comment",
]);

/** Why a document among messages is nothing that somebody said; undefined if it is. */
export const noticeOf = (message: unknown): SkipReason | undefined => {
  const subtype = textAt(message, "subtype");
  if (subtype === "tombstone") return "tombstones";
  return SAID.has(subtype) ? undefined : "notices";
};
