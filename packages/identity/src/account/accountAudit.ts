import type {
  IdentityEvent,
  IdentityEventOf,
  IdentityEventType,
} from "@clickclack/protocol/events/IdentityEvents";

type Tells<Type extends IdentityEventType> = (
  payload: IdentityEventOf<Type>["payload"],
) => Readonly<Record<string, unknown>>;

/**
 * What is told of each type of event of an account: field by field, so that no hash and no sealed secret comes along. A
 * new type does not compile without it.
 */
const TOLD: { readonly [Type in IdentityEventType]: Tells<Type> } = {
  "account.created": ({ kind, display_name, handle, email, owner_user_id }) => ({
    kind,
    display_name,
    handle,
    email,
    owner_user_id,
  }),
  "account.updated": ({ display_name, handle, avatar_url }) => ({ display_name, handle, avatar_url }),
  "account.deactivated": () => ({}),
  "credential.issued": ({ credential_id, kind, name, expires_at, scopes, workspace_id, ...proof }) => ({
    credential_id,
    kind,
    name,
    expires_at,
    scopes,
    workspace_id,
    ...(proof.totp_step !== undefined && { second_factor: "totp" }),
    ...(proof.recovery_code !== undefined && { second_factor: "recovery_code" }),
  }),
  "credential.revoked": ({ credential_id, reason }) => ({ credential_id, reason }),
  "account.reactivated": () => ({}),
  "account.deleted": ({ handle }) => ({ handle }),
  "session.used": ({ credential_id, used_at }) => ({ credential_id, used_at }),
  "identity.linked": ({ provider, issuer, subject }) => ({ provider, issuer, subject }),
  "password.set": ({ rehashed }) => ({ rehashed }),
  "totp.enrolled": () => ({}),
  "totp.confirmed": ({ recovery_codes }) => ({ recovery_codes: recovery_codes.length }),
  "totp.removed": () => ({}),
};

/** The types of events that an account's audit log holds. */
export const ACCOUNT_EVENT_TYPES = Object.keys(TOLD) as ReadonlyArray<IdentityEventType>;

/** What may be told of an account's event: ids, names and times, and nothing that opens it. */
export const accountAudit = (event: IdentityEvent): Readonly<Record<string, unknown>> => {
  const told = (TOLD[event.type] as Tells<IdentityEventType>)(event.payload);
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
};
