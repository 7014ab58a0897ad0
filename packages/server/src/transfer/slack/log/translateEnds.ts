import { SYSTEM } from "@clickclack/workspace/rules";
import type { MessageTranslation } from "./MessageTranslation.ts";
import type { Translation } from "./Translation.ts";

/** What holds of channels now that everything was said: what is pinned in them, and which are archived. */
export const translateEnds = async (
  translation: Translation,
  messages: MessageTranslation,
): Promise<void> => {
  const { archive, places, log, survey, owner, skipped, counts } = translation;
  for (const place of archive.places) {
    const channelId = places.get(place.id);
    if (channelId === undefined || place.kind === "direct") continue;
    for (const ts of survey.pins.get(place.id) ?? []) {
      const messageId = messages.find(place.id, ts);
      const deed = { key: ["pin", place.id, ts], at: survey.to, actor: owner };
      const pin = { type: "PinMessage", channelId, messageId: messageId ?? "" } as const;
      if (messageId === undefined || (await log.send(deed, pin))) skipped.add("pins");
      else counts.pins++;
    }
  }
  for (const place of archive.places) {
    const channelId = places.get(place.id);
    if (channelId === undefined || place.kind === "direct" || !place.archived) continue;
    const deed = { key: ["archive", place.id], at: survey.to, actor: SYSTEM };
    await log.send(deed, { type: "UpdateChannel", channelId, changes: { archived: true } });
  }
};
