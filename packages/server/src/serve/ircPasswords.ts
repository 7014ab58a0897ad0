import type { Passwords } from "@clickclack/gateway/surfaces/irc/sessions/passwords";
import { FailedSignIns, ofAccount, ofAddress } from "@clickclack/identity/signin/FailedSignIns";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { Deployment } from "../Deployment.ts";

const wrong = () => new ApiFailure("invalid_credentials", "the nick or the password is wrong");

/**
 * Passwords of IRC's users: those of their accounts, with failures counted together with those of the native sign-in.
 * A new one is held to its length alone; see decisions/0004-irc-passwords.md.
 */
export const ircPasswords = ({ accounts, hasher, throttle }: Deployment): Passwords => {
  const failed = new FailedSignIns(throttle);
  return {
    set: async (accountId, password) => {
      const hash = await hasher.hash(password);
      await accounts.send(accountId, { user_id: accountId }, { type: "SetPassword", hash, current: null });
    },
    verify: ({ accountId, name, password, address }) =>
      failed.attempt([...ofAddress(address), ...ofAccount(accountId ?? name, address)], async () => {
        const account = accountId === undefined ? undefined : await accounts.load(accountId);
        const hash = account?.active ? account.password?.hash : undefined;
        const right = await hasher.verify(hash ?? hasher.decoy, password);
        if (!right || hash === undefined) throw wrong();
        if (account?.totp?.confirmed)
          throw new ApiFailure(
            "second_factor_required",
            "this account asks for a second factor: use a token of it as the bearer token",
          );
      }),
  };
};
