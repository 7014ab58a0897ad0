import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { RegistrationGroup } from "@clickclack/protocol/http/RegistrationGroup";
import { networkOf } from "../../../http/plainAddress.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { acceptInvite } from "../acceptInvite.ts";
import { openedSession, requireOwnPage } from "../openedSession.ts";

/** Accounts from one address: a class that registers at once, and then one in ten seconds. */
const REGISTRATIONS = { burst: 60, everyMs: 10_000 };

export const registrationHandlers = (context: GatewayContext): Handlers<typeof RegistrationGroup> => {
  const { services, invites } = context;

  const takeTurn = async (address: string): Promise<void> => {
    const turn = await services.throttle.take(`register ${address}`, REGISTRATIONS);
    if (turn._tag === "Granted") return;
    throw ApiFailure.of({
      code: "too_many_requests",
      message: "too many accounts were made from this address; wait a little",
      retryAfter: turn.retryAfterMs / 1_000,
    });
  };

  return {
    register: async ({ request, payload }) => {
      requireOwnPage(request);
      const address = networkOf(request.address);
      const { invite_code: code, display_name: displayName, handle, password } = payload;
      await invites.require(code, address);
      await takeTurn(address);
      const about = context.sessions.about(request);
      const wanted = { displayName, password, about, ...(handle !== undefined && { handle }) };
      return services.registrations.register(wanted, async (accountId, session) => {
        const account = (await services.directory.findCurrent(accountId))!;
        const caller = { account, credentialId: session.credentialId };
        // Others may have used it up while the account was made.
        const found = await invites.require(code, address);
        const accepted = await acceptInvite(context, caller, found, request.correlationId);
        const { body, headers } = openedSession(request, account, session);
        return { status: 201, body: { ...body!, ...accepted }, ...(headers && { headers }) };
      });
    },
  };
};
