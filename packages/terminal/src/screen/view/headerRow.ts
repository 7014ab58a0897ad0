import type { ScreenModel } from "../ScreenModel.ts";
import { cellsOf, cut, fit } from "../text/cells.ts";

/** A room as it is shown: a conversation with one person has a mark of its own. */
export const placeOf = (room: string): string => (room === "" || room.startsWith("@") ? room : `#${room}`);

const until = (seconds: number): string => (seconds === 0 ? "now" : `in ${seconds}s`);

/** Where the connection stands, in the longest words first. */
const stateWords = ({ chat, retryInSeconds }: ScreenModel): ReadonlyArray<string> => {
  switch (chat.state._tag) {
    case "connecting":
      return ["connecting…"];
    case "connected":
      return [`${chat.username} · connected`, chat.username, ""];
    case "waiting":
      return [`connection lost, retrying ${until(retryInSeconds)}`, `retrying ${until(retryInSeconds)}`];
    case "ended":
      return ["ended"];
  }
};

/** The room, its topic, who one is, and where the connection stands. */
export const headerRow = (model: ScreenModel, width: number): string => {
  const { chat, palette } = model;
  const room = ` ${placeOf(chat.room)}`;
  const most = Math.max(0, width - Math.min(cellsOf(room), 12) - 3);
  const words = stateWords(model);
  const right = words.find((one) => cellsOf(one) <= most) ?? cut(words.at(-1)!, Math.max(0, width - 2));
  const topic = chat.topicOf(chat.room);
  const where = [chat.place, topic].filter((one) => one !== undefined && one !== "").join(" · ");
  const left = where === "" ? room : `${room}  ${where}`;
  const free = width - cellsOf(right) - 2;
  const row = free < 3 ? fit(` ${right}`, width) : `${fit(left.replaceAll("\n", " "), free)} ${right} `;
  return palette.highlight(row);
};
