import type { IdentityEvent } from "@clickclack/protocol/events/IdentityEvents";
import * as Result from "effect/Result";
import type { AccountState, NewCredential } from "./Account.ts";
import { type Decision, event, issue, makeRoom, reject, revoke } from "./decisions.ts";
import { refuseSecondFactor, type SecondFactor, usedUp } from "./Totp.ts";

export type PasswordCommand =
  | {
      /** Somebody proved to know the password whose hash this is. */
      readonly type: "SignIn";
      readonly passwordHash: string;
      readonly session: NewCredential;
      readonly secondFactor?: SecondFactor;
      /** The same password, hashed with today's parameters. */
      readonly rehashed?: string;
    }
  | {
      readonly type: "SetPassword";
      readonly hash: string;
      /** Hash of the password that its owner gave, null for none; absent where an operator sets it. */
      readonly current?: string | null;
      /** The session that it is set by. */
      readonly keep?: string;
    }
  | { readonly type: "SignOut"; readonly credentialId: string };

type Command<Type extends PasswordCommand["type"]> = Extract<PasswordCommand, { readonly type: Type }>;
type PasswordEvent = Extract<IdentityEvent, { readonly type: "password.set" }>;

/** One text for all that can be wrong, so that it tells nothing. */
export const WRONG_CREDENTIALS = "the name, the password or the code is wrong";

export const signIn = (state: AccountState, command: Command<"SignIn">, at: string): Decision => {
  // It was changed while this one was being verified.
  if (state.password?.hash !== command.passwordHash) return reject("invalid_credentials", WRONG_CREDENTIALS);
  const { session, secondFactor, rehashed } = command;
  const opened = [issue(session, usedUp(state, secondFactor)), ...makeRoom(state, session, at)];
  const again = rehashed === undefined ? [] : [event("password.set", { hash: rehashed, rehashed: true })];
  return refuseSecondFactor(state, secondFactor) ?? Result.succeed([...opened, ...again]);
};

/** A new password ends what somebody else may hold: every other session, and links. Named tokens stay. */
export const setPassword = (state: AccountState, command: Command<"SetPassword">): Decision => {
  const { current, keep, hash } = command;
  if (state.kind === "bot") return reject("not_allowed_for_bots", "bots have no password");
  if (current !== undefined && current !== (state.password?.hash ?? null))
    return reject("invalid_credentials", "the current password is wrong");
  const ended = [...state.credentials.values()].filter(({ id, kind }) => kind !== "token" && id !== keep);
  return Result.succeed([
    event("password.set", { hash }),
    ...ended.map(({ id }) => revoke(id, "password changed")),
  ]);
};

export const signOut = (state: AccountState, { credentialId }: Command<"SignOut">): Decision => {
  const credential = state.credentials.get(credentialId);
  if (!credential) return reject("unauthenticated", "this session has ended already");
  if (credential.kind === "session") return Result.succeed([revoke(credentialId, "signed out")]);
  return reject("forbidden", "only a session can be signed out; an access token is ended by revoking it");
};

export const evolvePassword = (state: AccountState, { payload, at }: PasswordEvent): AccountState => ({
  ...state,
  password: { hash: payload.hash, setAt: payload.rehashed ? (state.password?.setAt ?? at) : at },
});
