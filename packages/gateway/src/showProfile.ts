import { ephemeralFrame } from "./Ephemerals.ts";
import type { GatewayContext } from "./GatewayContext.ts";
import type { Hub } from "./Hub.ts";
import { topicsForScope } from "./replica/topics.ts";

/**
 * Tells those who are connected to a workspace that one of its members is called otherwise, or came or went as an
 * account: `user.updated`, which has no place in any log. Whoever asks for the user then is told how it is now.
 */
export const showProfile = async (
  { services, replicas }: Pick<GatewayContext, "services" | "replicas">,
  hub: Hub,
  accountId: string,
  seq: number,
): Promise<void> => {
  // Where the database is away the frame is early, not wrong.
  await services.watermarks.reach("identity", 0, seq).catch(() => undefined);
  for (const workspaceId of hub.workspaces()) {
    const replica = await replicas.get(workspaceId).catch(() => undefined);
    if (!replica?.state.members.has(accountId)) continue;
    const { frame } = ephemeralFrame({ type: "user.updated", workspaceId, userId: accountId });
    hub.publish(topicsForScope(replica.state, undefined), JSON.stringify(frame));
  }
};
