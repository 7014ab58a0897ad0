import type { Chat } from "../chat/Chat.ts";
import type { Palette } from "../format/Palette.ts";

/** What a chat line by line is shown with. */
export interface LineClientOptions {
  readonly chat: Chat;
  readonly palette: Palette;
}

/** How long leaving waits for answers to what was typed last, ms. */
export const LEAVE_WITHIN_MS = 3_000;
