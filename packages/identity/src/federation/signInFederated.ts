import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { SessionAbout } from "../account/Sessions.ts";
import { nameOrFromEmail } from "../account/displayName.ts";
import type { AccountState } from "../account/Account.ts";
import type { Accounts, IssuedToken } from "../Accounts.ts";
import type { ProvenPerson } from "./IdentityProvider.ts";
import type { SignUp } from "./SignUp.ts";

/** Why somebody whom a provider vouches for is not let in all the same. */
export type RefusedSignIn = "sign_up_closed" | "email_unverified" | "account_closed" | "linked_elsewhere";

/** The rules said no. */
export class SignInRefused extends Error {
  readonly code: RefusedSignIn;

  constructor(code: RefusedSignIn) {
    super(code);
    this.name = "SignInRefused";
    this.code = code;
  }
}

export interface FederatedSignIn {
  readonly accounts: Accounts;
  readonly signUp: SignUp;
  /** The setting that the provider was configured by. */
  readonly provider: string;
  readonly person: ProvenPerson;
  readonly inviteCode?: string;
  /** What is told of the client that signs in. */
  readonly about?: SessionAbout;
}

/** How somebody gets in: at once, or by a one-time link that also takes a code of the account's own second factor. */
export interface FederatedEntry {
  readonly kind: "session" | "link";
  readonly issued: IssuedToken;
}

/**
 * Lets somebody in whom a provider vouches for: by the account that it is linked to, else by the email that the provider
 * has verified, else as somebody new. Throws SignInRefused, ApiFailure or StoreUnavailable.
 */
export const signInFederated = async (wanted: FederatedSignIn): Promise<FederatedEntry> => {
  const { accounts, provider, person } = wanted;
  const { issuer, subject } = person;
  const linked = await accounts.findByIdentity(person);
  const accountId = requireOpen(linked)?.id ?? (await accountByEmail(wanted));
  try {
    // Also where it was found by its link: one that was claimed, and then cut off, is written down now.
    if (!linked?.identities.some((one) => one.issuer === issuer && one.subject === subject))
      await accounts.link(accountId, { provider, issuer, subject }, { user_id: accountId });
    return await enter(wanted, accountId);
  } catch (failure) {
    if (!(failure instanceof ApiFailure)) throw failure;
    if (failure.code === "conflict") throw new SignInRefused("linked_elsewhere");
    if (failure.code === "forbidden" || failure.code === "not_allowed_for_bots")
      throw new SignInRefused("account_closed");
    throw failure;
  }
};

/** A provider stands for what an email stands for, and not for the authenticator that its owner added besides. */
const enter = async (
  { accounts, about }: Pick<FederatedSignIn, "accounts" | "about">,
  accountId: string,
): Promise<FederatedEntry> => {
  const account = await accounts.load(accountId);
  return account?.totp?.confirmed
    ? { kind: "link", issued: await accounts.issueMagicLink(accountId, { user_id: accountId }) }
    : { kind: "session", issued: await accounts.openSession(accountId, about) };
};

/** Nobody but its owner has proven an account's email: it came by a link that was mailed there, or from an operator. */
const accountByEmail = async ({ accounts, signUp, person, inviteCode }: FederatedSignIn): Promise<string> => {
  const { email, displayName } = person;
  const known = email === undefined ? undefined : requireOpen(await accounts.findByEmail(email));
  if (known) return known.id;
  if (!(await signUp.admits(inviteCode))) throw new SignInRefused("sign_up_closed");
  if (email === undefined) throw new SignInRefused("email_unverified");
  const account = { kind: "human", displayName: nameOrFromEmail(displayName, email), email } as const;
  return accounts.findOrCreate(account, { user_id: "visitor" });
};

const requireOpen = (account: AccountState | undefined): AccountState | undefined => {
  if (account && !account.active) throw new SignInRefused("account_closed");
  return account;
};
