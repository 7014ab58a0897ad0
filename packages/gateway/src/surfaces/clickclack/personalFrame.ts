import type { PersonalEvent, PersonalState } from "@clickclack/protocol/events/PersonalEvents";
import type { EventFrame } from "@clickclack/protocol/realtime/Frames";
import { isConversationId, placeOf } from "@clickclack/workspace/direct/placeOf";

type Told = Pick<EventFrame, "type" | "payload"> & { readonly channel_id?: string };

const ofActivity = ({ change, user_id, read_up_to }: PersonalState): Told | undefined =>
  change === "read" ? { type: "activity.read", payload: { user_id, read_up_to } } : undefined;

const ofThread = (state: PersonalState): Told | undefined => {
  const { change, user_id, scope_id: root_message_id, channel_id, last_read_seq, following } = state;
  const place = channel_id === undefined ? {} : placeOf(channel_id);
  const about = { user_id, root_message_id, ...place };
  const channel = place.channel_id === undefined ? {} : { channel_id: place.channel_id };
  if (change === "read") return { type: "thread.read", ...channel, payload: { ...about, last_read_seq } };
  if (change === "following")
    return { type: "thread.follow_updated", ...channel, payload: { ...about, following } };
  return undefined;
};

const ofPlace = ({ change, scope_id, user_id, last_read_seq, draft }: PersonalState): Told | undefined => {
  const place = placeOf(scope_id);
  const channel = place.channel_id === undefined ? {} : { channel_id: place.channel_id };
  if (change === "read") {
    const type = isConversationId(scope_id) ? "dm.read" : "channel.read";
    return { type, ...channel, payload: { user_id, ...place, last_read_seq } };
  }
  if (change === "draft") {
    const payload = { user_id, ...place, has_draft: draft !== undefined };
    return { type: "draft.updated", ...channel, payload };
  }
  return undefined;
};

const told = (state: PersonalState): Told | undefined => {
  if (state.scope_id.startsWith("wsp_")) return ofActivity(state);
  return state.scope_id.startsWith("msg_") ? ofThread(state) : ofPlace(state);
};

/** What a user's other devices are told of a change to its personal state; undefined for what they need not know. */
export const personalFrame = (event: PersonalEvent): EventFrame | undefined => {
  const frame = told(event.payload);
  return (
    frame && {
      id: event.id,
      // It has no place in the workspace's log: whoever was away reads it with the channels.
      cursor: "",
      workspace_id: event.workspace_id,
      created_at: event.at,
      ...frame,
    }
  );
};
