import type { ChatEvent, ChatMessage, ChatState } from "../chat/Chat.ts";
import { calendarDay, clockTime } from "./clockTime.ts";
import { mentions } from "./mentions.ts";
import { notesOf, reactionsOf } from "./notesOf.ts";
import { placeName } from "./placeName.ts";
import type { Palette } from "./Palette.ts";

/** Who reads, and in which style. */
export interface Reader {
  readonly username: string;
  readonly palette: Palette;
  /** The room that is current. */
  readonly room?: string;
  /** A message as it was shown last, where it is still known. */
  readonly known?: (id: string) => ChatMessage | undefined;
}

/** Whether a message calls the reader, by name or by being for nobody else: worth a bell. */
export const callsReader = ({ username, room, text, history }: ChatMessage, reader: string): boolean =>
  !history && username !== reader && (room.startsWith("@") || mentions(text, reader));

const timeOf = ({ ts, history, missed }: ChatMessage): string => {
  const day = calendarDay(ts);
  const old = (history || missed) && day !== calendarDay(new Date().toISOString());
  return old ? `[${day} ${clockTime(ts)}]` : `[${clockTime(ts)}]`;
};

const marksOf = ({ edited, history, missed, thread }: ChatMessage): string =>
  [edited && "edited", history && "history", missed && "missed", thread !== undefined && "reply"]
    .filter((mark) => typeof mark === "string")
    .map((mark) => ` (${mark})`)
    .join("");

const renderMessage = (message: ChatMessage, { username: reader, palette }: Reader): string => {
  const { username, room, text, action } = message;
  const called = callsReader(message, reader) && mentions(text, reader);
  // The lines after the first are set apart, so that nobody can write one that looks like another person's.
  const body = text.replaceAll("\n", "\n    ");
  const name = username === reader ? palette.bold(username) : palette.nick(username);
  const before = palette.dim(`${timeOf(message)}${marksOf(message)} ${placeName(room)}`);
  const notes = notesOf(message).join(" · ");
  const after = notes === "" ? "" : palette.dim(` [${notes}]`);
  return `${before} ${action ? `* ${name}` : `<${name}>`} ${called ? palette.highlight(body) : body}${after}`;
};

const renderState = (state: ChatState, { palette, username, room = "" }: Reader): string | undefined => {
  switch (state._tag) {
    case "connecting":
      return undefined;
    case "connected":
      return palette.dim(
        state.again
          ? "-- reconnected"
          : `-- connected as ${username}, in ${placeName(room)}; /help shows the commands`,
      );
    case "waiting":
      return palette.alert(
        `-- connection lost, retrying in ${Math.max(1, Math.ceil(state.retryInMs / 1000))}s`,
      );
    // Whoever started the chat tells why it ended.
    case "ended":
      return undefined;
  }
};

/** Characters of a message that say which one is meant. */
const BEGINNING = 40;

const beginningOf = (message: ChatMessage | undefined): string | undefined => {
  if (!message) return undefined;
  const [line = ""] = message.text.split("\n", 1);
  const beginning = line.slice(0, BEGINNING).toWellFormed();
  return `<${message.username}> ${beginning}${beginning.length < message.text.length ? "…" : ""}`;
};

/** Who is in a room, as somebody asked. */
export const describeUsers = ({ room, users }: Extract<ChatEvent, { _tag: "users" }>): string =>
  `in ${placeName(room)}: ${users.join(", ")}`;

/** Another text is told whole, other reactions in short; that somebody replied is told by the reply. */
const renderChanged = (message: ChatMessage, reader: Reader): string | undefined => {
  const before = reader.known?.(message.id);
  if (message.edited && before?.text !== message.text) return renderMessage(message, reader);
  if (!before) return undefined;
  const [was, now] = [before, message].map((one) => reactionsOf(one).join(" · "));
  if (was === now) return undefined;
  const place = placeName(message.room);
  return reader.palette.dim(`-- in ${place}, ${now || "no reaction any more"} on ${beginningOf(before)}`);
};

/** An event as lines of text, without a line feed at the end; undefined for what is not shown. */
export const renderEvent = (event: ChatEvent, reader: Reader): string | undefined => {
  const { palette } = reader;
  switch (event._tag) {
    case "message":
      return renderMessage(event.message, reader);
    case "notice":
      return palette.dim(`-- ${event.text.replaceAll("\n", "\n   ")}`);
    case "presence": {
      const { joined, username, room } = event;
      return palette.dim(`-- ${username} ${joined ? "joined" : "left"} ${placeName(room)}`);
    }
    case "users":
      return palette.dim(`-- ${describeUsers(event)}`);
    case "error":
      return palette.alert(`!! ${event.text}`);
    case "state":
      return renderState(event.state, reader);
    case "changed":
      return renderChanged(event.message, reader);
    case "removed":
      return palette.dim(
        `-- deleted in ${placeName(event.room)}: ${beginningOf(reader.known?.(event.id)) ?? "a message"}`,
      );
    case "typing":
    case "thread":
    case "place":
      return undefined;
  }
};
