import type { Chat, ChatPerson } from "../../chat/Chat.ts";
import type { ScreenModel } from "../ScreenModel.ts";
import { cellsOf, cut, fit } from "../text/cells.ts";

const roomRow = ({ chat, palette }: ScreenModel, room: string, at: number, width: number): string => {
  const { messages, mentions } = chat.unreadIn(room);
  const mark =
    mentions > 0 ? `@${Math.min(mentions, 99)}` : messages > 0 ? String(Math.min(messages, 999)) : "";
  const key = at < 9 ? `${at + 1} ` : "  ";
  const name = fit(room, width - 1 - key.length - cellsOf(mark) - 2);
  if (room === chat.room) return palette.highlight(fit(` ${key}${name}`, width));
  const shown = messages > 0 ? palette.bold(name) : name;
  return ` ${palette.dim(key)}${shown} ${mentions > 0 ? palette.alert(mark) : mark} `;
};

/** So many of a list as fit, those around the one at `at`, and a row that counts the others. */
const fitting = (rows: ReadonlyArray<string>, at: number, most: number, more: (count: number) => string) => {
  if (rows.length <= most) return rows;
  const shown = Math.max(0, most - 1);
  const first = Math.max(0, Math.min(at - Math.floor(shown / 2), rows.length - shown));
  return [...rows.slice(first, first + shown), ...(most > 0 ? [more(rows.length - shown)] : [])];
};

/** Who is in the current room, the reader too: a server may tell of the others alone. */
const withReader = (chat: Chat): ReadonlyArray<ChatPerson> => {
  const { room, username, state } = chat;
  const people = chat.peopleIn(room);
  const counted = room === "" || room.startsWith("@") || people.some((one) => one.username === username);
  return counted ? people : [{ username, online: state._tag === "connected" }, ...people];
};

/** One's rooms with what is unread in them, and who is in the current one. */
export const sidebarRows = (model: ScreenModel, width: number, height: number): ReadonlyArray<string> => {
  const { chat, palette } = model;
  const title = (text: string) => palette.dim(fit(` ${text}`, width));
  const more = (count: number) => palette.dim(fit(`   … ${count} more`, width));
  const rooms = chat.rooms.map((room, at) => roomRow(model, room, at, width));
  const people = withReader(chat).toSorted((a, b) => Number(b.online) - Number(a.online));
  const roomsMost = Math.max(
    1,
    Math.min(rooms.length, Math.max(Math.floor(height / 2), height - people.length - 3)),
  );
  const shown = fitting(rooms, chat.rooms.indexOf(chat.room), roomsMost, more);
  const names = people.map(({ username, online }) => {
    const name = cut(username, width - 4);
    const rest = " ".repeat(width - 3 - cellsOf(name));
    return online ? ` ● ${palette.nick(name)}${rest}` : palette.dim(` ○ ${name}${rest}`);
  });
  const rows = [
    title("Rooms"),
    ...shown,
    ...(names.length === 0 ? [] : [" ".repeat(width), title(`People ${names.length}`)]),
    ...fitting(names, 0, height - shown.length - 3, more),
  ].slice(0, height);
  return [...rows, ...Array.from({ length: height - rows.length }, () => " ".repeat(width))];
};
