import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { CredentialsGroup } from "@clickclack/protocol/http/CredentialsGroup";
import { requireSession } from "../../../authentication/authorize.ts";
import { actorOf, type Caller } from "../../../authentication/Caller.ts";
import { networkOf } from "../../../http/plainAddress.ts";
import { endedSessionCookie } from "../../../authentication/sessionCookie.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { createdReply, ok } from "../../../http/HttpReply.ts";
import type { HttpRequest } from "../../../http/HttpRequest.ts";

const DONE = { ok: true } as const;

const ownerOf = (caller: Caller, request: HttpRequest) => ({
  accountId: caller.account.id,
  actor: actorOf(caller),
  address: networkOf(request.address),
});

/** Where no password is there to be asked for, whoever holds a token that leaked could sign in from then on. */
const requireProof = (caller: Caller, what: string): void => {
  if (caller.account.password === undefined) requireSession(caller, what);
};

export const credentialHandlers = ({ services }: GatewayContext): Handlers<typeof CredentialsGroup> => {
  const { accounts, directory, passwords, secondFactors } = services;
  /** What was changed is in force at this gateway before it is answered; at the others within moments. */
  const settle = ({ account }: Caller) => directory.findCurrent(account.id);
  return {
    logout: async ({ caller, request }) => {
      const { credentialId } = caller;
      if (credentialId === undefined) throw new ApiFailure("unauthenticated", "there is no session to end");
      await accounts.send(caller.account.id, actorOf(caller), { type: "SignOut", credentialId });
      await settle(caller);
      return ok(DONE, { "Set-Cookie": endedSessionCookie(request) });
    },

    changePassword: async ({ caller, request, payload }) => {
      requireProof(caller, "setting a first password");
      const { current_password: current, new_password: next } = payload;
      await passwords.change({
        ...ownerOf(caller, request),
        next,
        ...(current !== undefined && { current }),
      });
      await settle(caller);
      return ok(DONE);
    },

    enrolTotp: async ({ caller, request, payload }) => {
      requireProof(caller, "adding a second factor without a password");
      const { secret, url } = await secondFactors.enrol(ownerOf(caller, request), payload.password);
      return createdReply({ secret, otpauth_url: url });
    },

    confirmTotp: async ({ caller, request, payload }) => {
      const codes = await secondFactors.confirm(ownerOf(caller, request), payload.code);
      await settle(caller);
      return ok({ recovery_codes: codes });
    },

    removeTotp: async ({ caller, request, payload }) => {
      await secondFactors.remove(ownerOf(caller, request), payload);
      await settle(caller);
      return ok(DONE);
    },
  };
};
