import type { IdentityProvider } from "@clickclack/identity/federation/IdentityProvider";
import type { SignUpPolicy } from "@clickclack/identity/federation/SignUp";
import type { Mailer } from "@clickclack/identity/mail/Mailer";

/** The providers that may be configured, by the names that their addresses have. */
export const PROVIDER_IDS = ["github", "oidc", "openclaw"] as const;
export type ProviderId = (typeof PROVIDER_IDS)[number];

/** How people sign in besides by what an operator hands out, as it was configured. */
export interface SignInServices {
  readonly providers: ReadonlyMap<ProviderId, IdentityProvider>;
  /** Who gets an account by signing in. */
  readonly signUp: SignUpPolicy;
  readonly mailer: Mailer | undefined;
  /** Where people reach this deployment, `https://chat.example.com`; nobody asks a request for it. */
  readonly publicUrl: string | undefined;
}
