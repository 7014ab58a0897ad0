import type { Message } from "@clickclack/protocol/http/shapes";

/** A message in a line for people; further lines of its text are indented. */
export const showMessage = ({
  created_at,
  author,
  author_id,
  body,
  deleted_at,
  thread_state,
}: Message): string => {
  const text = deleted_at === undefined ? body.replaceAll("\n", "\n    ") : "(deleted)";
  const replies = thread_state?.reply_count ?? 0;
  const thread = replies === 0 ? "" : `  [${replies} ${replies === 1 ? "reply" : "replies"}]`;
  return `${created_at}  @${author?.handle ?? author_id}: ${text}${thread}`;
};
