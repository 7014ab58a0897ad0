import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import type { WorkspaceState } from "@clickclack/workspace/WorkspaceState";

/** The users whose names are needed to tell of an event. */
export const usersIn = (state: WorkspaceState, event: WorkspaceEvent): ReadonlyArray<string> => {
  const { payload, actor, channel_id: scope } = event;
  const ids = [actor.user_id];
  if ("user_id" in payload) ids.push(payload.user_id);
  if ("author_id" in payload) ids.push(payload.author_id);
  if (event.type === "channel.modes_changed")
    for (const { mode, argument } of event.payload.changes)
      if (/[ov]$/.test(mode) && argument !== undefined) ids.push(argument);
  const channel = scope === undefined ? undefined : state.channels.get(scope);
  if (channel?.kind === "direct") ids.push(...channel.members);
  return ids;
};
