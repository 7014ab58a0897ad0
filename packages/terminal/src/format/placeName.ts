/** A room as it is shown: a conversation with people has a mark of its own. */
export const placeName = (room: string): string =>
  room === "" ? "no room" : room.startsWith("@") ? room : `#${room}`;
