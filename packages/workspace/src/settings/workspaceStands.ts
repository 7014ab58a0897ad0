import type { EventStore } from "@clickclack/eventsourcing/EventStore";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";

/** Whether a workspace was created and not deleted since, told by its newest event alone. Throws StoreUnavailable. */
export const workspaceStands = async (
  store: Pick<EventStore<WorkspaceEvent>, "position" | "readAt">,
  workspaceId: string,
): Promise<boolean> => {
  const { version, seq } = await store.position(workspaceId);
  if (version === 0) return false;
  const newest = (await store.readAt(workspaceId, seq))?.commit.events.at(-1);
  return newest?.type !== "workspace.deleted";
};
