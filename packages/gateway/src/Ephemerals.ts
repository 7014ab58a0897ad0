import type { Ephemeral } from "@clickclack/eventsourcing/Ephemeral";
import { ephemeralSubject, NO_SCOPE } from "@clickclack/protocol/nats/Subjects";
import { newId } from "@clickclack/protocol/Ids";
import type { EventFrame } from "@clickclack/protocol/realtime/Frames";
import { type Place, placeOf } from "@clickclack/workspace/direct/placeOf";

/** A frame that is shown and forgotten, and the channel or conversation that it belongs to. */
export interface EphemeralFrame {
  readonly scopeId?: string;
  readonly frame: EventFrame;
}

export interface NewEphemeral {
  readonly type: string;
  readonly workspaceId: string;
  readonly scopeId?: string;
  readonly userId: string;
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** Builds a frame; whose it is and where it belongs stand in its payload, whatever the sender wrote there. */
export const ephemeralFrame = ({
  type,
  workspaceId,
  scopeId,
  userId,
  payload,
}: NewEphemeral): EphemeralFrame => {
  const place: Place = scopeId === undefined ? {} : placeOf(scopeId);
  const frame = {
    id: newId("eph"),
    cursor: "",
    type,
    workspace_id: workspaceId,
    ...(place.channel_id !== undefined && { channel_id: place.channel_id }),
    created_at: new Date().toISOString(),
    payload: { ...payload, user_id: userId, ...place },
  };
  return { frame, ...(scopeId !== undefined && { scopeId }) };
};

/** Sends a frame to every gateway that serves its workspace. Throws StoreUnavailable. */
export const sendEphemeral = (ephemeral: Ephemeral<EphemeralFrame>, message: EphemeralFrame): void => {
  const { workspace_id: workspace, type } = message.frame;
  ephemeral.publish(ephemeralSubject(workspace, message.scopeId ?? NO_SCOPE, type), message);
};
