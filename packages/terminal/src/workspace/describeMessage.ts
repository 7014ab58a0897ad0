import type { Message, Upload } from "@clickclack/protocol/http/shapes";
import type { ChatMessage } from "../chat/Chat.ts";
import { safeName, safeText } from "../safeText.ts";
import type { People } from "./People.ts";

/** What a message is told with besides itself. */
export interface Telling {
  readonly room: string;
  readonly missed?: boolean;
  readonly history?: boolean;
  readonly found?: boolean;
}

/** Characters of a quotation that are shown: enough to know what it was. */
const MAX_QUOTED = 80;
const UNITS = ["B", "kB", "MB", "GB"];

export const describeSize = (bytes: number): string => {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1_000 ** power;
  return `${power === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
};

const describeUpload = ({ id, filename, byte_size }: Upload, url: string): string =>
  `[file ${safeName(filename)}, ${describeSize(byte_size)}: ${url}/api/uploads/${encodeURIComponent(id)}]`;

const quotation = ({ quoted_body_snapshot: quoted, quoted_author }: Message): ReadonlyArray<string> => {
  if (!quoted) return [];
  const line = safeName(quoted);
  const short = line.length > MAX_QUOTED ? `${line.slice(0, MAX_QUOTED)}…` : line;
  return [`> ${quoted_author ? `${safeName(quoted_author.handle)}: ` : ""}${short}`];
};

/** The text of a message for a terminal: Markdown stays as it was written, which is how it is meant to be read. */
export const textOf = (message: Message, url: string): string => {
  if (message.deleted_at !== undefined) return "(deleted)";
  const said = safeText(message.body);
  const files = (message.attachments ?? []).map((upload) => describeUpload(upload, url));
  return [...quotation(message), ...(said === "" ? [] : [said]), ...files].join("\n");
};

/** A message as chats tell it. */
export const describeMessage = (
  message: Message,
  { room, missed = false, history = false, found = false }: Telling,
  { people, url }: { readonly people: People; readonly url: string },
): ChatMessage => {
  const author = message.author ? people.see(message.author) : people.nameOf(message.author_id);
  const username = author ?? "somebody";
  const replies = message.thread_state?.reply_count ?? 0;
  const reactions = (message.reactions ?? []).map(({ emoji, count, reacted_by_me: own }) => ({
    emoji: safeName(emoji),
    count,
    own,
  }));
  return {
    id: message.id,
    ts: message.created_at,
    username,
    room,
    text: textOf(message, url),
    missed,
    history,
    ...(found && { found }),
    ...(message.kind === "action" && { action: true }),
    ...(message.thread_root_id !== message.id && { thread: message.thread_root_id }),
    ...(message.edited_at !== undefined && { edited: true }),
    ...(replies > 0 && { replies }),
    ...(reactions.length > 0 && { reactions }),
  };
};
