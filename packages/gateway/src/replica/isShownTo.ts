import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { canSeeEvent } from "@clickclack/workspace/access";
import type { WorkspaceState } from "@clickclack/workspace/WorkspaceState";

/** Who looks at a workspace's events. */
export interface Viewer {
  readonly userId: string;
  /** Whether what is in its direct conversations is shown; a bot's token may not be good for that. */
  readonly conversations: boolean;
}

/** Whether an event of the workspace may be shown, as access stands now. */
export const isShownTo = (
  state: WorkspaceState,
  { userId, conversations }: Viewer,
  event: WorkspaceEvent,
): boolean => {
  const direct = event.channel_id !== undefined && state.channels.get(event.channel_id)?.kind === "direct";
  return (conversations || !direct) && canSeeEvent(state, userId, event);
};
