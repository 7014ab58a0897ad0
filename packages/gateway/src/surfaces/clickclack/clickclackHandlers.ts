import type { GatewayContext } from "../../GatewayContext.ts";
import type { RingEntry } from "../../replica/EventRing.ts";
import { activityHandlers } from "./handlers/activityHandlers.ts";
import { auditHandlers } from "./handlers/auditHandlers.ts";
import { authHandlers } from "./handlers/authHandlers.ts";
import { channelHandlers } from "./handlers/channelHandlers.ts";
import { credentialHandlers } from "./handlers/credentialHandlers.ts";
import { directHandlers } from "./handlers/directHandlers.ts";
import { federationHandlers } from "./handlers/federationHandlers.ts";
import { inviteHandlers } from "./handlers/inviteHandlers.ts";
import { meHandlers } from "./handlers/meHandlers.ts";
import { messageHandlers } from "./handlers/messageHandlers.ts";
import { moderationHandlers } from "./handlers/moderationHandlers.ts";
import { personalHandlers } from "./handlers/personalHandlers.ts";
import { pinHandlers } from "./handlers/pinHandlers.ts";
import { presenceHandlers } from "./handlers/presenceHandlers.ts";
import { realtimeHandlers } from "./handlers/realtimeHandlers.ts";
import { registrationHandlers } from "./handlers/registrationHandlers.ts";
import { routeHandlers } from "./handlers/routeHandlers.ts";
import { searchHandlers } from "./handlers/searchHandlers.ts";
import { sessionHandlers } from "./handlers/sessionHandlers.ts";
import { setupHandlers } from "./handlers/setupHandlers.ts";
import { systemHandlers } from "./handlers/systemHandlers.ts";
import { uploadHandlers } from "./handlers/uploadHandlers.ts";
import { threadReadHandlers } from "./handlers/threadReadHandlers.ts";
import { workspaceHandlers } from "./handlers/workspaceHandlers.ts";
import { MessageReads } from "./MessageReads.ts";
import { wireEvent } from "./wireEvent.ts";

/** Every endpoint of the native API, by its identifier. */
export const clickclackHandlers = (context: GatewayContext, isDraining: () => boolean) => ({
  ...systemHandlers(context, isDraining),
  ...authHandlers(context),
  ...federationHandlers(context),
  ...setupHandlers(context),
  ...credentialHandlers(context),
  ...meHandlers(context),
  ...sessionHandlers(context),
  ...workspaceHandlers(context),
  ...moderationHandlers(context),
  ...inviteHandlers(context),
  ...registrationHandlers(context),
  ...auditHandlers(context),
  ...channelHandlers(context),
  ...messageHandlers(context),
  ...uploadHandlers(context),
  ...pinHandlers(context),
  ...directHandlers(context),
  ...personalHandlers(context),
  ...threadReadHandlers(context, new MessageReads(context)),
  ...activityHandlers(context),
  ...routeHandlers(context),
  ...searchHandlers(context),
  ...presenceHandlers(context),
  ...realtimeHandlers(context),
});

/** An event as the one text that all sockets of this surface get. */
export const encodeEntry =
  (epoch: number) =>
  ({ event, seq }: RingEntry): string | undefined => {
    const frame = wireEvent(event, seq, epoch);
    return frame && JSON.stringify(frame);
  };
