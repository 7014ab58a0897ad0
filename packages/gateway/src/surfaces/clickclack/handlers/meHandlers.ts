import { meView } from "@clickclack/identity/account/meView";
import type { MeGroup } from "@clickclack/protocol/http/MeGroup";
import type { Handlers } from "../../../http/Handlers.ts";
import { ok } from "../../../http/HttpReply.ts";

export const meHandlers = (): Handlers<typeof MeGroup> => ({
  getMe: async ({ caller }) => ok({ user: meView(caller.account) }),
});
