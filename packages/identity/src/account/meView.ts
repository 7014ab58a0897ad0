import type { Me } from "@clickclack/protocol/http/shapes";
import type { AccountState } from "./Account.ts";
import { userView } from "./userView.ts";

/** An account as its own person sees it. */
export const meView = (account: AccountState): Me => ({
  ...userView(account),
  password_enrolled: account.password !== undefined,
  totp_enrolled: account.totp?.confirmed === true,
});
