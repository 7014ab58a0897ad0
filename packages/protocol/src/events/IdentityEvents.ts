import * as Schema from "effect/Schema";
import { type Envelope, envelope } from "./Envelope.ts";

const optional = Schema.optionalKey;

export const UserKind = Schema.Literals(["human", "bot"]);
export type UserKind = typeof UserKind.Type;

/** Credentials that open an account: what a browser or the SDK holds, a long-lived token, a one-time link. */
export const CredentialKind = Schema.Literals(["session", "token", "magic_link"]);
export type CredentialKind = typeof CredentialKind.Type;

/** Settings that clients keep with an account; what stands in them is theirs. */
export const Preferences = Schema.Record(Schema.String, Schema.Unknown);
export type Preferences = typeof Preferences.Type;

/**
 * The payloads of an account's events by type. Secrets of tokens and codes are stored as SHA-256 hashes in hexadecimal
 * only, passwords as Argon2 hashes, and what must be known again is sealed.
 */
export const IdentityPayloads = {
  "account.created": Schema.Struct({
    kind: UserKind,
    display_name: Schema.String,
    handle: Schema.String,
    email: optional(Schema.String),
    avatar_url: Schema.String,
    owner_user_id: optional(Schema.String),
  }),
  "account.updated": Schema.Struct({
    display_name: optional(Schema.String),
    handle: optional(Schema.String),
    /** With a new handle: the one that it replaces, which stays reserved. */
    former_handle: optional(Schema.String),
    avatar_url: optional(Schema.String),
    /** JSON of a client's own; empty where it was cleared. */
    notification_settings: optional(Preferences),
    appearance_preferences: optional(Preferences),
  }),
  "account.deactivated": Schema.Struct({}),
  "account.reactivated": Schema.Struct({}),
  /** What stands in for a person who is gone, on whatever they left behind. */
  "account.deleted": Schema.Struct({ display_name: Schema.String, handle: Schema.String }),
  /** A provider's account opens this one from now on. */
  "identity.linked": Schema.Struct({
    /** The setting that the provider was configured by, such as `github`. */
    provider: Schema.String,
    /** URL of who vouches, and the person's name there that never changes. */
    issuer: Schema.String,
    subject: Schema.String,
  }),
  "credential.issued": Schema.Struct({
    credential_id: Schema.String,
    kind: CredentialKind,
    hash: Schema.String,
    name: optional(Schema.String),
    expires_at: optional(Schema.String),
    /** Of a bot's token: what it is good for, and the one workspace that it opens. */
    scopes: optional(Schema.Array(Schema.String)),
    workspace_id: optional(Schema.String),
    /** Of a session: the second factor that was used up for it, so that it is good once. */
    totp_step: optional(Schema.Int),
    recovery_code: optional(Schema.String),
    /** Of a session: the client that it was opened by, as it called itself, and from where. */
    user_agent: optional(Schema.String),
    address: optional(Schema.String),
  }),
  /** A session was in use at `used_at`; written now and then, so that every gateway knows how long it lies idle. */
  "session.used": Schema.Struct({ credential_id: Schema.String, used_at: Schema.String }),
  "credential.revoked": Schema.Struct({ credential_id: Schema.String, reason: Schema.String }),
  /** `hash` is a PHC string (`$argon2id$…`). `rehashed`: the password stayed, its hash has new parameters. */
  "password.set": Schema.Struct({ hash: Schema.String, rehashed: optional(Schema.Boolean) }),
  /** `sealed` holds the secret of the one-time codes; who has the log alone cannot open it. */
  "totp.enrolled": Schema.Struct({ sealed: Schema.String }),
  /** From here on a code is asked for. `recovery_codes` are SHA-256 hashes, `totp_step` is that of the code that proved it. */
  "totp.confirmed": Schema.Struct({ totp_step: Schema.Int, recovery_codes: Schema.Array(Schema.String) }),
  "totp.removed": Schema.Struct({}),
} as const;

export type IdentityEventType = keyof typeof IdentityPayloads;
export type IdentityPayload<Type extends IdentityEventType> = (typeof IdentityPayloads)[Type]["Type"];

export type IdentityEventOf<Type extends IdentityEventType> = Envelope<Type, IdentityPayload<Type>> & {
  readonly account_id: string;
};
export type IdentityEvent = { [Type in IdentityEventType]: IdentityEventOf<Type> }[IdentityEventType];

/** Schemas of whole stored events, by type. */
export const IdentityEventSchemas = Object.fromEntries(
  Object.entries(IdentityPayloads).map(([type, payload]) => [
    type,
    envelope(type, payload, { account_id: Schema.String }),
  ]),
) as unknown as { readonly [Type in IdentityEventType]: Schema.Codec<IdentityEventOf<Type>> };
