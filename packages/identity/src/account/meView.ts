import type { Me } from "@clickclack/protocol/http/shapes";
import type { AccountState } from "./Account.ts";
import { userView } from "./userView.ts";

/** An account as its own person sees it; what it has not is left out. */
export const meView = (account: AccountState): Me => ({
  ...userView(account),
  ...(account.password && { password_enrolled: true }),
  ...(account.totp?.confirmed && { totp_enrolled: true }),
  ...(account.notificationSettings && { notification_settings: account.notificationSettings }),
  ...(account.appearancePreferences && { appearance_preferences: account.appearancePreferences }),
});
