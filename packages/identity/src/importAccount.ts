import type { EventStore } from "@clickclack/eventsourcing/EventStore";
import type { Actor } from "@clickclack/protocol/events/Envelope";
import type {
  IdentityEvent,
  IdentityEventType,
  IdentityPayload,
  UserKind,
} from "@clickclack/protocol/events/IdentityEvents";
import { newId } from "@clickclack/protocol/Ids";
import { upcastIdentityEvent } from "./account/Account.ts";
import { Names, type NamesPorts } from "./Names.ts";

/** Handles tried with a number behind before the id's end makes one that nobody has. */
const HANDLE_ATTEMPTS = 50;
/** Room in a handle of 32 for what is put behind it. */
const HANDLE_BASE = 23;

/** An account of another deployment. It comes without credentials: whoever it is signs in anew. */
export interface ForeignAccount {
  readonly id: string;
  readonly kind: UserKind;
  readonly displayName: string;
  readonly handle: string;
  readonly email?: string;
  readonly avatarUrl: string;
  readonly ownerUserId?: string;
  readonly createdAt: string;
  readonly deletedAt?: string;
  /** It stands for a person who is gone; otherwise it may come back. */
  readonly deleted?: boolean;
}

export interface ImportPorts extends NamesPorts {
  readonly store: EventStore<IdentityEvent>;
  /** Tells whether an email's holder may stand for a foreign account. */
  readonly mayStandFor: (holderId: string) => boolean;
}

/** `Kept`: there is an account of this id, and it stays as it is. `Same`: the account with this id has its email. */
export type ImportedAccount =
  | { readonly _tag: "Created"; readonly seq: number }
  | { readonly _tag: "Kept" }
  | { readonly _tag: "Same"; readonly accountId: string };

/**
 * Takes an account over under its id and with its times, unless it is here already, by id or by email. A handle that is
 * taken gets a number; an email that is taken by somebody who cannot be meant is left out. May be done again and again.
 * Throws StoreUnavailable.
 */
export const importAccount = async (
  ports: ImportPorts,
  account: ForeignAccount,
  actor: Actor,
): Promise<ImportedAccount> => {
  if (await ports.load(account.id)) return { _tag: "Kept" };
  const email = account.email;
  const holder = email === undefined ? undefined : await ports.reservations.find("email", email);
  if (holder && holder.holder !== account.id && ports.mayStandFor(holder.holder)) {
    const same = await ports.load(holder.holder);
    if (same) return { _tag: "Same", accountId: same.id };
  }
  const names = new Names(ports);
  const ownsEmail = email !== undefined && (await names.claimAnew("email", email, account.id)) !== undefined;
  const handle = await claimHandle(names, account);
  const events = eventsOf(account, { handle, ...(ownsEmail && { email }) }, actor);
  const route = { scope: "_", type: "account.created" };
  const commit = { id: newId("cmt"), events };
  const appended = await ports.store.append(account.id, 0, route, commit);
  // Somebody else imports the same account right now.
  return appended._tag === "Conflict" ? { _tag: "Kept" } : { _tag: "Created", seq: appended.seq };
};

const claimHandle = async (names: Names, { id, handle }: ForeignAccount): Promise<string> => {
  for (let n = 1; n <= HANDLE_ATTEMPTS; n++) {
    const wanted = n === 1 ? handle : `${handle.slice(0, HANDLE_BASE)}-${n}`;
    if (await names.claimAnew("handle", wanted, id)) return wanted;
  }
  const own = `${handle.slice(0, HANDLE_BASE)}-${id.slice(-8)}`;
  await names.claimAnew("handle", own, id);
  return own;
};

const eventsOf = (
  account: ForeignAccount,
  names: { readonly handle: string; readonly email?: string },
  actor: Actor,
): ReadonlyArray<IdentityEvent> => {
  const { kind, displayName, avatarUrl, ownerUserId, createdAt, deletedAt } = account;
  const cause = newId("cmd");
  const record = <Type extends IdentityEventType>(
    type: Type,
    version: number,
    at: string,
    payload: IdentityPayload<Type>,
  ) =>
    ({
      id: newId("evt"),
      type,
      v: upcastIdentityEvent.formats[type] ?? 1,
      account_id: account.id,
      version,
      at,
      actor,
      causation_id: cause,
      correlation_id: cause,
      payload,
    }) as unknown as IdentityEvent;
  const created = record("account.created", 1, createdAt, {
    kind,
    display_name: displayName,
    avatar_url: avatarUrl,
    ...names,
    ...(ownerUserId !== undefined && { owner_user_id: ownerUserId }),
  });
  if (deletedAt === undefined) return [created];
  const ended =
    account.deleted === true
      ? record("account.deleted", 2, deletedAt, { display_name: displayName, handle: names.handle })
      : record("account.deactivated", 2, deletedAt, {});
  return [created, ended];
};
