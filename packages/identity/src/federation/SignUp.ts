/** Who gets an account by asking for one: whoever was invited, everybody, or nobody. */
export const SIGN_UP_POLICIES = ["invite", "open", "closed"] as const;
export type SignUpPolicy = (typeof SIGN_UP_POLICIES)[number];

/** Whether an invite's code lets somebody in right now; it is not used up by asking. */
export type InviteIsGood = (code: string) => Promise<boolean>;

/** Decides whether somebody who has no account gets one by signing in. */
export class SignUp {
  readonly #policy: SignUpPolicy;
  readonly #inviteIsGood: InviteIsGood | undefined;

  /** Without somebody to ask about invites, none is good. */
  constructor(policy: SignUpPolicy, inviteIsGood?: InviteIsGood) {
    this.#policy = policy;
    this.#inviteIsGood = inviteIsGood;
  }

  async admits(inviteCode: string | undefined): Promise<boolean> {
    if (this.#policy !== "invite") return this.#policy === "open";
    if (inviteCode === undefined || this.#inviteIsGood === undefined) return false;
    return this.#inviteIsGood(inviteCode);
  }
}
