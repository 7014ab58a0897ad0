import type { RefusedSignIn } from "@clickclack/identity/federation/signInFederated";

/** Why somebody comes back from a provider without having been signed in. */
export type SignInError =
  | RefusedSignIn
  | "state_unknown"
  | "cancelled"
  | "provider_refused"
  | "provider_unavailable";

/** What the sign-in page says of it. */
export const SIGN_IN_ERRORS: { readonly [Code in SignInError]: string } = {
  sign_up_closed: "There is no account for you here. Ask somebody who is in for an invitation.",
  email_unverified:
    "The provider has not verified an email address of yours. Verify one there, then sign in again.",
  account_closed: "This account is deactivated. Ask an administrator if it should not be.",
  linked_elsewhere:
    "Your email address belongs to an account that signs in as somebody else at this provider. Ask an administrator.",
  state_unknown: "This sign-in was begun too long ago, was used already, or was not begun here. Try again.",
  cancelled: "You were not signed in, as it was cancelled at the provider.",
  provider_refused: "The provider did not sign you in. Try again, or another way.",
  provider_unavailable: "The provider cannot be reached right now. Try again in a minute, or another way.",
};
