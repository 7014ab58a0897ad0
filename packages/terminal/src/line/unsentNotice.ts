import type { ChatState } from "../chat/Chat.ts";
import { safeText } from "../safeText.ts";

/** What tells that a line waits for the connection; undefined where there is one. */
export const unsentNotice = ({ _tag }: ChatState, text: string): string | undefined =>
  _tag === "waiting" || _tag === "connecting" ? `-- sent once connected again: ${safeText(text)}` : undefined;
