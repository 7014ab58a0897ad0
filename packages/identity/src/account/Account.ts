import type { Decider, DecisionContext, NewEvent, Rejection } from "@clickclack/eventsourcing/Decider";
import { upcaster } from "@clickclack/eventsourcing/Upcaster";
import type {
  CredentialKind,
  IdentityEvent,
  IdentityEventType,
  IdentityPayload,
  UserKind,
} from "@clickclack/protocol/events/IdentityEvents";
import type { ErrorCode } from "@clickclack/protocol/http/ErrorCodes";
import * as Result from "effect/Result";
import { accountSnapshot } from "./accountSnapshot.ts";

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
}

/** A provider's account that opens this one. */
export interface LinkedIdentity {
  /** The setting that the provider was configured by, such as `github`. */
  readonly provider: string;
  readonly issuer: string;
  readonly subject: string;
}

export interface AccountState {
  readonly id: string;
  readonly exists: boolean;
  readonly active: boolean;
  readonly kind: UserKind;
  readonly displayName: string;
  readonly handle: string;
  readonly email?: string;
  readonly avatarUrl: string;
  readonly ownerUserId?: string;
  readonly createdAt: string;
  readonly deletedAt?: string;
  readonly credentials: Map<string, CredentialState>;
  readonly identities: ReadonlyArray<LinkedIdentity>;
}

export interface NewCredential {
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
  | { readonly type: "DeactivateAccount" }
  | ({ readonly type: "LinkIdentity" } & LinkedIdentity)
  | ({ readonly type: "IssueCredential" } & NewCredential)
  | { readonly type: "RevokeCredential"; readonly credentialId: string }
  | { readonly type: "ConsumeMagicLink"; readonly hash: string; readonly session: NewCredential };

type Decision = Result.Result<ReadonlyArray<NewEvent>, Rejection>;

/**
 * Credentials of one account and kind; the oldest of its kind gives way, so that signing in never fails for it, and
 * asking for links again and again ends no session and no token.
 */
const MAX_CREDENTIALS: { readonly [Kind in CredentialKind]: number } = {
  session: 100,
  token: 100,
  magic_link: 10,
};

/** Providers' accounts that open one account: more than anybody has. */
const MAX_IDENTITIES = 20;

const reject = (code: ErrorCode, message: string) => Result.fail({ code, message });

const event = <Type extends IdentityEventType>(type: Type, payload: IdentityPayload<Type>): NewEvent => ({
  type,
  payload,
});

const initial = (id: string): AccountState => ({
  id,
  exists: false,
  active: false,
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
  if (!state.active) return reject("forbidden", "this account is deactivated");
  switch (command.type) {
    case "DeactivateAccount":
      return Result.succeed([event("account.deactivated", {}), ...revokeAll(state, "account deactivated")]);
    case "LinkIdentity":
      return link(state, command);
    case "IssueCredential": {
      const refused = state.kind === "bot" ? refuseUnbound(command) : undefined;
      return refused ?? Result.succeed([issue(command), ...makeRoom(state, command.kind)]);
    }
    case "RevokeCredential":
      return state.credentials.has(command.credentialId)
        ? Result.succeed([revoke(command.credentialId, "revoked")])
        : reject("not_found", "there is no such credential");
    case "ConsumeMagicLink":
      return consume(state, command, context);
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

/** Of one issuer one account alone: an address that was given to somebody else there must not open its first owner's. */
const link = (
  { kind, identities }: AccountState,
  { provider, issuer, subject }: Extract<AccountCommand, { type: "LinkIdentity" }>,
): Decision => {
  if (kind === "bot") return reject("not_allowed_for_bots", "nobody signs in as a bot");
  const linked = identities.find((one) => one.issuer === issuer);
  if (linked?.subject === subject) return Result.succeed([]);
  if (linked) return reject("conflict", "this account is linked to another account of the same provider");
  if (identities.length >= MAX_IDENTITIES)
    return reject("limit_reached", `an account is linked to ${MAX_IDENTITIES} others at the most`);
  return Result.succeed([event("identity.linked", { provider, issuer, subject })]);
};

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
  const link = [...state.credentials.values()].find(
    (one) => one.kind === "magic_link" && one.hash === command.hash,
  );
  if (!link || isExpired(link, context.at))
    return reject("invalid_request", "this link is unknown, used or expired");
  const { session } = command;
  return Result.succeed([revoke(link.id, "used"), issue(session), ...makeRoom(state, session.kind)]);
};

/** Whether a credential's time was over at `at` (RFC 3339). */
export const isExpired = (credential: CredentialState, at: string): boolean =>
  credential.expiresAt !== undefined && Date.parse(credential.expiresAt) <= Date.parse(at);

const issue = ({ credentialId, kind, hash, name, expiresAt, scopes, workspaceId }: NewCredential): NewEvent =>
  event("credential.issued", {
    credential_id: credentialId,
    kind,
    hash,
    ...(name !== undefined && { name }),
    ...(expiresAt !== undefined && { expires_at: expiresAt }),
    ...(scopes !== undefined && { scopes }),
    ...(workspaceId !== undefined && { workspace_id: workspaceId }),
  });

const revoke = (credentialId: string, reason: string): NewEvent =>
  event("credential.revoked", { credential_id: credentialId, reason });

const revokeAll = (state: AccountState, reason: string): ReadonlyArray<NewEvent> =>
  [...state.credentials.keys()].map((id) => revoke(id, reason));

/** Takes the oldest back where one more of this kind would be too many. */
const makeRoom = (state: AccountState, kind: CredentialKind): ReadonlyArray<NewEvent> => {
  const ofKind = [...state.credentials.values()].filter((one) => one.kind === kind);
  const tooMany = Math.max(0, ofKind.length + 1 - MAX_CREDENTIALS[kind]);
  return ofKind.slice(0, tooMany).map(({ id }) => revoke(id, "replaced by newer ones"));
};

const evolve = (state: AccountState, event: IdentityEvent): AccountState => {
  switch (event.type) {
    case "account.created": {
      const {
        kind,
        display_name: displayName,
        handle,
        email,
        avatar_url: avatarUrl,
        owner_user_id: owner,
      } = event.payload;
      return {
        ...state,
        exists: true,
        active: true,
        kind,
        displayName,
        handle,
        avatarUrl,
        createdAt: event.at,
        ...(email !== undefined && { email }),
        ...(owner !== undefined && { ownerUserId: owner }),
      };
    }
    case "account.updated": {
      const { display_name: displayName, handle, avatar_url: avatarUrl } = event.payload;
      return {
        ...state,
        displayName: displayName ?? state.displayName,
        handle: handle ?? state.handle,
        avatarUrl: avatarUrl ?? state.avatarUrl,
      };
    }
    case "account.deactivated":
      return { ...state, active: false, deletedAt: event.at };
    case "identity.linked":
      return { ...state, identities: [...state.identities, event.payload] };
    case "credential.issued": {
      const { credential_id: id, kind, hash, name, expires_at: expiresAt, scopes } = event.payload;
      const { workspace_id: workspaceId } = event.payload;
      state.credentials.set(id, {
        id,
        kind,
        hash,
        issuedAt: event.at,
        ...(name !== undefined && { name }),
        ...(expiresAt !== undefined && { expiresAt }),
        ...(scopes !== undefined && { scopes }),
        ...(workspaceId !== undefined && { workspaceId }),
      });
      return state;
    }
    case "credential.revoked":
      state.credentials.delete(event.payload.credential_id);
      return state;
  }
};

/** Where each command's events lie below the account's subject. */
const LEADING_TYPE: { readonly [Type in AccountCommand["type"]]: IdentityEventType } = {
  CreateAccount: "account.created",
  DeactivateAccount: "account.deactivated",
  LinkIdentity: "identity.linked",
  IssueCredential: "credential.issued",
  RevokeCredential: "credential.revoked",
  ConsumeMagicLink: "credential.revoked",
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
