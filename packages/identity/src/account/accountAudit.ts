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
  // What people keep as their preferences is nobody else's business, an operator's neither.
  "account.updated": ({ display_name, handle, former_handle, avatar_url }) => ({
    display_name,
    handle,
    former_handle,
    avatar_url,
  }),
  "account.deactivated": () => ({}),
  "account.reactivated": () => ({}),
  "account.deleted": () => ({}),
  "credential.issued": ({ credential_id, kind, name, expires_at, scopes, workspace_id, ...more }) => ({
    credential_id,
    kind,
    name,
    expires_at,
    scopes,
    workspace_id,
    user_agent: more.user_agent,
    address: more.address,
    ...(more.totp_step !== undefined && { second_factor: "totp" }),
    ...(more.recovery_code !== undefined && { second_factor: "recovery_code" }),
  }),
  "credential.revoked": ({ credential_id, reason }) => ({ credential_id, reason }),
  "identity.linked": ({ provider, issuer, subject }) => ({ provider, issuer, subject }),
  "password.set": ({ rehashed }) => ({ rehashed }),
  "totp.enrolled": () => ({}),
  "totp.confirmed": ({ recovery_codes }) => ({ recovery_codes: recovery_codes.length }),
  "totp.removed": () => ({}),
  "session.used": ({ credential_id, used_at }) => ({ credential_id, used_at }),
};

/** The types of events that an account's audit log holds. */
export const ACCOUNT_EVENT_TYPES = (Object.keys(TOLD) as ReadonlyArray<IdentityEventType>).filter(
  // That a session is in use is written down all day long, and is nothing that somebody does.
  (type) => type !== "session.used",
);

/** What may be told of an account's event: ids, names and times, and nothing that opens it. */
export const accountAudit = (event: IdentityEvent): Readonly<Record<string, unknown>> => {
  const told = (TOLD[event.type] as Tells<IdentityEventType>)(event.payload);
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
};
