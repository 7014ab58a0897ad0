import type { TerminalFrame } from "@clickclack/protocol/terminal/TerminalFrames";
import { safeName, safeText } from "../safeText.ts";
import type { ChatEvent, ChatMessage } from "./Chat.ts";

type Frame<Type extends TerminalFrame["type"]> = Extract<TerminalFrame, { type: Type }>;

/** A message as it is shown. */
export const messageOf = (frame: Frame<"message">): ChatMessage => ({
  id: frame.id,
  ts: frame.ts,
  username: safeName(frame.username),
  room: frame.direct === undefined ? safeName(frame.room) : `@${safeName(frame.direct)}`,
  text: safeText(frame.text),
  missed: frame.missed ?? false,
  history: frame.history ?? false,
  ...(frame.action !== undefined && { action: frame.action }),
  ...(frame.thread !== undefined && { thread: frame.thread }),
});

/** What a frame tells besides messages, welcomes, answers and errors; undefined for those and for what is not known. */
export const eventOf = (frame: TerminalFrame): ChatEvent | undefined => {
  switch (frame.type) {
    case "notice": {
      const { text, room, renamed } = frame;
      return {
        _tag: "notice",
        text: safeText(text),
        ...(room !== undefined && { room: safeName(room) }),
        ...(renamed && { renamed: { from: safeName(renamed.from), to: safeName(renamed.to) } }),
      };
    }
    case "joined":
    case "left":
      return {
        _tag: "presence",
        joined: frame.type === "joined",
        username: safeName(frame.username),
        room: safeName(frame.room),
      };
    case "users":
      return { _tag: "users", room: safeName(frame.room), users: frame.users.map(safeName) };
    case "typing":
      return { _tag: "typing", username: safeName(frame.username), room: safeName(frame.room) };
    case "edited":
      return { _tag: "changed", message: { ...messageOf({ ...frame, type: "message" }), edited: true } };
    case "deleted":
      return { _tag: "removed", id: frame.id, room: safeName(frame.room) };
    default:
      return undefined;
  }
};
