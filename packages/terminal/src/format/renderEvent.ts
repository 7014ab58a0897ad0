import type { ChatEvent, ChatMessage, ChatState } from "../chat/Chat.ts";
import { clockTime } from "./clockTime.ts";
import { mentions } from "./mentions.ts";
import type { Palette } from "./Palette.ts";

/** Who reads, and in which style. */
export interface Reader {
  readonly username: string;
  readonly palette: Palette;
}

/** Whether a message calls the reader: worth a bell. */
export const callsReader = ({ username, text, history }: ChatMessage, reader: string): boolean =>
  !history && username !== reader && mentions(text, reader);

/** A room as it is shown: a conversation with one person has a mark of its own. */
const placeOf = (room: string): string => (room.startsWith("@") ? room : `#${room}`);

const renderMessage = (message: ChatMessage, { username: reader, palette }: Reader): string => {
  const { ts, username, room, text, missed, history, edited } = message;
  const time = `[${clockTime(ts)}]`;
  const mark = edited ? " (edited)" : history ? " (history)" : missed ? " (missed)" : "";
  const called = callsReader(message, reader);
  // The lines after the first are set apart, so that nobody can write one that looks like another person's.
  const body = text.replaceAll("\n", "\n    ");
  const name = username === reader ? palette.bold(username) : palette.nick(username);
  return `${palette.dim(`${time}${mark}`)} ${palette.dim(placeOf(room))} <${name}> ${called ? palette.highlight(body) : body}`;
};

const renderState = (state: ChatState, { palette }: Reader): string | undefined => {
  switch (state._tag) {
    case "connecting":
      return undefined;
    case "connected":
      return state.again ? palette.dim("-- reconnected") : undefined;
    case "waiting":
      return palette.alert(
        `-- connection lost, retrying in ${Math.max(1, Math.round(state.retryInMs / 1000))}s`,
      );
    case "ended":
      return state.ending === "quit" ? undefined : palette.alert(`-- ${state.reason}`);
  }
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
      return palette.dim(`-- ${username} ${joined ? "joined" : "left"} #${room}`);
    }
    case "users":
      return palette.dim(`-- in #${event.room}: ${event.users.join(", ")}`);
    case "error":
      return palette.alert(`!! ${event.text}`);
    case "state":
      return renderState(event.state, reader);
    case "changed":
      return event.message.edited ? renderMessage(event.message, reader) : undefined;
    case "removed":
      return palette.dim(`-- a message in #${event.room} was deleted`);
    case "typing":
    case "thread":
    case "place":
      return undefined;
  }
};
