import type { Reservations } from "@clickclack/eventsourcing/Reservations";
import { parseMentions } from "@clickclack/workspace/mention/parseMentions";

/** The users whose handles a text names; whether they can see it is decided where it is posted. */
export const mentionedIn = async (
  reservations: Reservations,
  body: string,
): Promise<{ readonly mentionedUserIds?: ReadonlyArray<string> }> => {
  const { handles } = parseMentions(body);
  if (handles.length === 0) return {};
  const found = await Promise.all(handles.map((handle) => reservations.find("handle", handle)));
  const mentionedUserIds = [...new Set(found.flatMap((reservation) => reservation?.holder ?? []))];
  return mentionedUserIds.length > 0 ? { mentionedUserIds } : {};
};
