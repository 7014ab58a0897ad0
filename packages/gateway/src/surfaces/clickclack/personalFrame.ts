import type { PersonalEvent } from "@clickclack/protocol/events/PersonalEvents";
import type { EventFrame } from "@clickclack/protocol/realtime/Frames";
import { isConversationId, placeOf } from "@clickclack/workspace/direct/placeOf";

/** What a user's other devices are told of a change to its personal state; undefined for what they need not know. */
export const personalFrame = (event: PersonalEvent): EventFrame | undefined => {
  const { change, scope_id: scopeId, user_id, last_read_seq, draft } = event.payload;
  const place = placeOf(scopeId);
  const base = {
    id: event.id,
    // It has no place in the workspace's log: whoever was away reads it with the channels.
    cursor: "",
    workspace_id: event.workspace_id,
    ...(place.channel_id !== undefined && { channel_id: place.channel_id }),
    created_at: event.at,
  };
  if (change === "read") {
    const type = isConversationId(scopeId) ? "dm.read" : "channel.read";
    return { ...base, type, payload: { user_id, ...place, last_read_seq } };
  }
  if (change === "draft")
    return { ...base, type: "draft.updated", payload: { user_id, ...place, has_draft: draft !== undefined } };
  return undefined;
};
