import type { Decider, DecisionContext } from "@clickclack/eventsourcing/Decider";
import { upcaster } from "@clickclack/eventsourcing/Upcaster";
import type {
  CredentialKind,
  IdentityEvent,
  IdentityEventOf,
  IdentityEventType,
  Preferences,
  UserKind,
} from "@clickclack/protocol/events/IdentityEvents";
import * as Result from "effect/Result";
import { accountSnapshot } from "./accountSnapshot.ts";
import { type Decision, event, issue, makeRoom, reject, revoke } from "./decisions.ts";
import { decideLife, evolveLife, type LifeCommand } from "./Life.ts";
import { type LinkedIdentity, type LinkIdentity, linkIdentity } from "./LinkedIdentity.ts";
import { evolvePassword, type PasswordCommand, setPassword, signIn, signOut } from "./Password.ts";
import { decideProfile, evolveProfile, type ProfileCommand } from "./Profile.ts";
import { decideSessions, evolveUse, type SessionAbout, type SessionCommand } from "./Sessions.ts";
import { isExpired } from "./sessionTimes.ts";
import {
  confirmTotp,
  enrolTotp,
  evolveTotp,
  refuseSecondFactor,
  removeTotp,
  type SecondFactor,
  type TotpCommand,
  type TotpState,
  usedUp,
  useUp,
} from "./Totp.ts";

export interface CredentialState {
  readonly id: string;
  readonly kind: CredentialKind;
  /** SHA-256 of the secret, hexadecimal. */
  readonly hash: string;
  readonly name?: string;
  readonly issuedAt: string;
  readonly expiresAt?: string;
  /** Of a bot's token: what it is good for, and where. */
  readonly scopes?: ReadonlyArray<string>;
  readonly workspaceId?: string;
  /** Of a session: by what client and from where it was opened, and when it was last known to be in use. */
  readonly userAgent?: string;
  readonly address?: string;
  readonly lastUsedAt?: string;
}

export interface AccountState {
  readonly id: string;
  readonly exists: boolean;
  readonly active: boolean;
  /** For good; a deactivated account is inactive too, and may come back. */
  readonly deleted: boolean;
  readonly kind: UserKind;
  readonly displayName: string;
  readonly handle: string;
  /** The handle before this one: nobody else can take it. */
  readonly formerHandle?: string;
  readonly email?: string;
  readonly avatarUrl: string;
  readonly ownerUserId?: string;
  /** Settings that clients keep here; shown to nobody else. */
  readonly notificationSettings?: Preferences;
  readonly appearancePreferences?: Preferences;
  readonly createdAt: string;
  readonly deletedAt?: string;
  readonly credentials: Map<string, CredentialState>;
  readonly identities: ReadonlyArray<LinkedIdentity>;
  /** A PHC string, and since when it is the password. */
  readonly password?: { readonly hash: string; readonly setAt: string };
  readonly totp?: TotpState;
}

export interface NewCredential extends SessionAbout {
  readonly credentialId: string;
  readonly kind: CredentialKind;
  readonly hash: string;
  readonly name?: string;
  readonly expiresAt?: string;
  readonly scopes?: ReadonlyArray<string>;
  readonly workspaceId?: string;
}

export type AccountCommand =
  | {
      readonly type: "CreateAccount";
      readonly kind: UserKind;
      readonly displayName: string;
      readonly handle: string;
      readonly email?: string;
      readonly ownerUserId?: string;
    }
  | LifeCommand
  | LinkIdentity
  | ProfileCommand
  | SessionCommand
  | ({ readonly type: "IssueCredential" } & NewCredential)
  /** Of any kind, unless it is said which. */
  | { readonly type: "RevokeCredential"; readonly credentialId: string; readonly kind?: CredentialKind }
  | {
      readonly type: "ConsumeMagicLink";
      readonly hash: string;
      readonly session: NewCredential;
      readonly secondFactor?: SecondFactor;
    }
  | PasswordCommand
  | TotpCommand;

const initial = (id: string): AccountState => ({
  id,
  exists: false,
  active: false,
  deleted: false,
  kind: "human",
  displayName: "",
  handle: "",
  avatarUrl: "",
  createdAt: "",
  credentials: new Map(),
  identities: [],
});

const decide = (state: AccountState, command: AccountCommand, context: DecisionContext): Decision => {
  if (command.type === "CreateAccount") return state.exists ? Result.succeed([]) : create(command);
  if (!state.exists) return reject("not_found", "there is no such account");
  switch (command.type) {
    case "DeactivateAccount":
    case "ReactivateAccount":
    case "DeleteAccount":
      return decideLife(state, command);
    default:
      if (!state.active) return reject("forbidden", "this account is deactivated");
      return decideActive(state, command, context);
  }
};

const decideActive = (
  state: AccountState,
  command: Exclude<AccountCommand, LifeCommand | { readonly type: "CreateAccount" }>,
  context: DecisionContext,
): Decision => {
  switch (command.type) {
    case "UpdateProfile":
      return decideProfile(state, command);
    case "UseSession":
    case "RevokeSessions":
    case "EndIdleSessions":
      return decideSessions(state, command, context.at);
    case "LinkIdentity":
      return linkIdentity(state, command);
    case "IssueCredential": {
      const refused = state.kind === "bot" ? refuseUnbound(command) : undefined;
      return refused ?? Result.succeed([issue(command), ...makeRoom(state, command, context.at)]);
    }
    case "RevokeCredential": {
      const known = state.credentials.get(command.credentialId);
      return known && (command.kind ?? known.kind) === known.kind
        ? Result.succeed([revoke(command.credentialId, "revoked")])
        : reject("not_found", "there is no such credential");
    }
    case "ConsumeMagicLink":
      return consume(state, command, context);
    case "SignIn":
      return signIn(state, command, context.at);
    case "SetPassword":
      return setPassword(state, command);
    case "SignOut":
      return signOut(state, command);
    case "EnrolTotp":
      return enrolTotp(state, command);
    case "ConfirmTotp":
      return confirmTotp(state, command);
    case "RemoveTotp":
      return removeTotp(state, command);
  }
};

const create = ({
  kind,
  displayName,
  handle,
  email,
  ownerUserId,
}: Extract<AccountCommand, { type: "CreateAccount" }>): Decision =>
  Result.succeed([
    event("account.created", {
      kind,
      display_name: displayName,
      handle,
      avatar_url: "",
      ...(email !== undefined && { email }),
      ...(ownerUserId !== undefined && { owner_user_id: ownerUserId }),
    }),
  ]);

/** What opens a bot says what for and where; nobody signs in as one. */
const refuseUnbound = ({ kind, scopes, workspaceId }: NewCredential): Decision | undefined =>
  kind === "token" && scopes !== undefined && workspaceId !== undefined
    ? undefined
    : reject("not_allowed_for_bots", "a bot is opened by tokens with scopes for one workspace alone");

const consume = (
  state: AccountState,
  command: Extract<AccountCommand, { type: "ConsumeMagicLink" }>,
  context: DecisionContext,
): Decision => {
  const link = goodLink(state, command.hash, context.at);
  if (!link) return reject("invalid_request", "this link is unknown, used or expired");
  const { session, secondFactor } = command;
  const opened = [issue(session, usedUp(state, secondFactor)), ...makeRoom(state, session, context.at)];
  return refuseSecondFactor(state, secondFactor) ?? Result.succeed([revoke(link.id, "used"), ...opened]);
};

/** The one-time link with this hash, unless it was used or its time was over at `at` (RFC 3339). */
export const goodLink = (state: AccountState, hash: string, at: string): CredentialState | undefined =>
  [...state.credentials.values()].find(
    (one) => one.kind === "magic_link" && one.hash === hash && !isExpired(one, at),
  );

const created = (state: AccountState, { payload, at }: IdentityEventOf<"account.created">): AccountState => {
  const { kind, display_name: displayName, handle, email, avatar_url: avatarUrl } = payload;
  const { owner_user_id: owner } = payload;
  return {
    ...state,
    exists: true,
    active: true,
    kind,
    displayName,
    handle,
    avatarUrl,
    createdAt: at,
    ...(email !== undefined && { email }),
    ...(owner !== undefined && { ownerUserId: owner }),
  };
};

const evolve = (state: AccountState, event: IdentityEvent): AccountState => {
  switch (event.type) {
    case "account.created":
      return created(state, event);
    case "account.updated":
      return evolveProfile(state, event);
    case "account.deactivated":
    case "account.reactivated":
    case "account.deleted":
      return evolveLife(state, event);
    case "session.used":
      return evolveUse(state, event);
    case "identity.linked":
      return { ...state, identities: [...state.identities, event.payload] };
    case "credential.issued":
      return evolveIssued(state, event);
    case "credential.revoked":
      state.credentials.delete(event.payload.credential_id);
      return state;
    case "password.set":
      return evolvePassword(state, event);
    case "totp.enrolled":
    case "totp.confirmed":
    case "totp.removed":
      return evolveTotp(state, event);
  }
};

/** Folds in place. */
const evolveIssued = (state: AccountState, event: IdentityEventOf<"credential.issued">): AccountState => {
  const { credential_id: id, kind, hash, name, expires_at: expiresAt, scopes } = event.payload;
  const { workspace_id: workspaceId, user_agent: userAgent, address } = event.payload;
  state.credentials.set(id, {
    id,
    kind,
    hash,
    issuedAt: event.at,
    ...(name !== undefined && { name }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(scopes !== undefined && { scopes }),
    ...(workspaceId !== undefined && { workspaceId }),
    ...(userAgent !== undefined && { userAgent }),
    ...(address !== undefined && { address }),
  });
  return useUp(state, event.payload);
};

/** Where each command's events lie below the account's subject. */
const LEADING_TYPE: { readonly [Type in AccountCommand["type"]]: IdentityEventType } = {
  CreateAccount: "account.created",
  DeactivateAccount: "account.deactivated",
  ReactivateAccount: "account.reactivated",
  DeleteAccount: "account.deleted",
  UpdateProfile: "account.updated",
  UseSession: "session.used",
  RevokeSessions: "credential.revoked",
  EndIdleSessions: "credential.revoked",
  LinkIdentity: "identity.linked",
  IssueCredential: "credential.issued",
  RevokeCredential: "credential.revoked",
  ConsumeMagicLink: "credential.revoked",
  SignIn: "credential.issued",
  SetPassword: "password.set",
  SignOut: "credential.revoked",
  EnrolTotp: "totp.enrolled",
  ConfirmTotp: "totp.confirmed",
  RemoveTotp: "totp.removed",
};

/** All stored formats are of version 1 so far. */
export const upcastIdentityEvent = upcaster<IdentityEvent>({});

/** The rules of one account: profile, credentials, deactivation. */
export const AccountDecider: Decider<AccountState, AccountCommand, IdentityEvent> = {
  log: "identity",
  formats: upcastIdentityEvent.formats,
  idField: "account_id",
  initial,
  evolve,
  decide,
  route: (command) => ({ scope: "_", type: LEADING_TYPE[command.type] }),
  snapshot: accountSnapshot,
};
