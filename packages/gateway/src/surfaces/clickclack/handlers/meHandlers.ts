import { readHandle } from "@clickclack/identity/account/handleFrom";
import { meView } from "@clickclack/identity/account/meView";
import type { WantedProfile } from "@clickclack/identity/Profiles";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { MeGroup } from "@clickclack/protocol/http/MeGroup";
import { requireSession } from "../../../authentication/authorize.ts";
import { actorOf } from "../../../authentication/Caller.ts";
import { endedSessionCookie } from "../../../authentication/sessionCookie.ts";
import { deleteAccount } from "../../../deleteAccount.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { ok } from "../../../http/HttpReply.ts";
import { networkOf } from "../../../http/plainAddress.ts";

export const meHandlers = ({ services, reads }: GatewayContext): Handlers<typeof MeGroup> => ({
  getMe: async ({ caller }) => ok({ user: meView(caller.account) }),

  updateMe: async ({ caller, payload }) => {
    const { id } = caller.account;
    const seq = await services.profiles.update(id, wantedProfile(payload), actorOf(caller));
    // So that lists of members show it from the answer on; where they cannot yet, it is done all the same.
    await services.watermarks.reach("identity", 0, seq).catch(() => undefined);
    const account = await services.directory.findCurrent(id);
    return ok({ user: meView(account!) });
  },

  deleteMe: async ({ caller, payload, request }) => {
    requireSession(caller, "deleting an account");
    const { id, handle } = caller.account;
    const owner = { accountId: id, address: networkOf(request.address) };
    const proved = await services.passwords.prove(owner, payload.password);
    if (!proved && readHandle(payload.confirm ?? "") !== handle)
      throw new ApiFailure("invalid_request", "to delete your account, send your handle as confirm");
    const ports = { ...services, allProjected: () => reads.allProjected() };
    await deleteAccount(ports, id, actorOf(caller));
    return { status: 204, headers: { "Set-Cookie": endedSessionCookie(request) } };
  },
});

type Payload = Parameters<Handlers<typeof MeGroup>["updateMe"]>[0]["payload"];

const wantedProfile = (payload: Payload): WantedProfile => {
  const { display_name, handle, avatar_url, notification_settings, appearance_preferences } = payload;
  return {
    ...(display_name !== undefined && { displayName: display_name }),
    ...(handle !== undefined && { handle }),
    ...(avatar_url !== undefined && { avatarUrl: avatar_url }),
    ...(notification_settings !== undefined && { notificationSettings: notification_settings }),
    ...(appearance_preferences !== undefined && { appearancePreferences: appearance_preferences }),
  };
};
