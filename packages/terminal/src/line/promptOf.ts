import { placeName } from "../format/placeName.ts";
import type { Chat, ChatState } from "../chat/Chat.ts";

const placeOf = ({ room, state, thread }: Pick<Chat, "room" | "state" | "thread">, left: number): string => {
  if (state._tag === "waiting") return `retrying in ${left}s`;
  if (state._tag === "connecting") return "connecting";
  return thread ? `${placeName(room)} thread` : placeName(room);
};

/** Seconds that a state still waits, as they are shown: never none. */
export const secondsOf = (state: ChatState, passedMs = 0): number =>
  state._tag === "waiting" ? Math.max(1, Math.ceil((state.retryInMs - passedMs) / 1000)) : 0;

/** Cells of a text: never less than it takes. */
const atMostCells = (text: string): number => text.replaceAll(/[^ -~]/gu, "  ").length;

/** The prompt, no wider than half a line: what is typed needs room too. */
export const promptOf = (
  chat: Pick<Chat, "username" | "room" | "state" | "thread">,
  secondsLeft: number,
  columns: number,
): string => {
  const place = placeOf(chat, secondsLeft);
  const widest = [`[${place}] ${chat.username}> `, `${place}> `, "> "];
  return widest.find((prompt) => atMostCells(prompt) * 2 <= columns) ?? "> ";
};
