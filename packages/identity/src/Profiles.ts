import type { Actor } from "@clickclack/protocol/events/Envelope";
import type { Preferences } from "@clickclack/protocol/events/IdentityEvents";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { isSafeLink } from "@clickclack/protocol/safeLink";
import type { AccountState } from "./account/Account.ts";
import { readDisplayName } from "./account/displayName.ts";
import { requireHandle } from "./account/handleFrom.ts";
import { subjectKey } from "./account/LinkedIdentity.ts";
import { readPreferences } from "./account/preferences.ts";
import type { ProfileChanges } from "./account/Profile.ts";
import { Names, type NamesPorts } from "./Names.ts";
import { type AcceptedByAccount, sendAccountCommand, type SendEnvelope } from "./sendAccountCommand.ts";

export interface ProfilesPorts extends NamesPorts {
  readonly send: SendEnvelope;
}

/** What somebody typed; what is absent stays, and null clears. */
export interface WantedProfile {
  readonly displayName?: string;
  readonly handle?: string;
  readonly avatarUrl?: string;
  readonly notificationSettings?: Preferences | null;
  readonly appearancePreferences?: Preferences | null;
}

/** Somebody who renames itself on two devices at once is asked again by us, this often. */
const RENAME_ATTEMPTS = 3;
const MAX_AVATAR_URL = 2_048; // what browsers and proxies take everywhere

/** What stands in for a person's handle who is gone: longer ones where a shorter is taken, which takes bad luck. */
const DELETED_HANDLE_LENGTHS = [8, 16, 24];

/** People's profiles, and the end of them. Methods throw ApiFailure with a public code, or StoreUnavailable. */
export class Profiles {
  readonly #ports: ProfilesPorts;
  readonly #names: Names;

  constructor(ports: ProfilesPorts) {
    this.#ports = ports;
    this.#names = new Names(ports);
  }

  /** Changes a profile; 400 for what it may not be, 409 `name_taken` for another's handle. Returns the stream sequence that it reached. */
  async update(accountId: string, wanted: WantedProfile, actor: Actor): Promise<number> {
    const changes = readProfile(wanted);
    if (wanted.handle === undefined) return (await this.#send(accountId, actor, changes)).seq;
    const handle = requireHandle(wanted.handle);
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#rename(accountId, handle, changes, actor);
      } catch (failure) {
        const renamedMeanwhile = failure instanceof ApiFailure && failure.code === "conflict";
        if (!renamedMeanwhile || attempt === RENAME_ATTEMPTS) throw failure;
      }
    }
  }

  /**
   * Lets a deactivated account in again, by new credentials. Nothing happens to one that is active; 409 `name_taken` when
   * its handle was given up meanwhile and is another's.
   */
  async reactivate(accountId: string, actor: Actor): Promise<void> {
    const { handle, deleted } = await this.#load(accountId);
    if (!deleted && !(await this.#names.claimAnew("handle", handle, accountId)))
      throw new ApiFailure("name_taken", "the handle of this account belongs to another one now");
    await sendAccountCommand(this.#ports.send, accountId, actor, { type: "ReactivateAccount" });
  }

  /**
   * Deletes an account for good: its profile, credentials and preferences go, and its names are free for others. What
   * may stand in its way, and its memberships, are for the caller to see to. Deleting it again changes nothing.
   */
  async delete(accountId: string, actor: Actor): Promise<void> {
    const before = await this.#load(accountId);
    const handle = before.deleted ? before.handle : await this.#claimDeletedHandle(accountId);
    await sendAccountCommand(this.#ports.send, accountId, actor, { type: "DeleteAccount", handle });
    const held = await this.#held(accountId, [before.handle, before.formerHandle]);
    const email = before.email === undefined ? [] : [this.#names.held("email", before.email, accountId)];
    const subjects = before.identities.map((one) => this.#names.held("subject", subjectKey(one), accountId));
    await this.#names.giveUp(accountId, [...held, ...(await Promise.all([...email, ...subjects]))]);
  }

  /**
   * A handle is claimed before it is taken, and what is no longer borne is given up after. What is given up is what was
   * seen before: a claim that somebody makes meanwhile is of another revision. What cannot be given up, because a
   * process dies in between, is found abandoned by whoever wants it.
   */
  async #rename(accountId: string, to: string, changes: ProfileChanges, actor: Actor): Promise<number> {
    const { handle: from, formerHandle: former } = await this.#load(accountId);
    if (to === from) return (await this.#send(accountId, actor, changes)).seq;
    const before = await this.#held(accountId, [former]);
    const claim = await this.#names.claimAnew("handle", to, accountId);
    if (!claim) throw new ApiFailure("name_taken", "this handle is taken");
    const rename = { from, to, ...(former !== undefined && { former }) };
    try {
      const { seq } = await this.#send(accountId, actor, { ...changes, rename });
      await this.#names.giveUp(accountId, before);
      return seq;
    } catch (failure) {
      // Of a command that got no answer nobody knows: the claim stays, and is abandoned in a minute if nothing came of it.
      if (failure instanceof ApiFailure && failure.status < 500) await this.#names.giveUp(accountId, [claim]);
      throw failure;
    }
  }

  #send(accountId: string, actor: Actor, changes: ProfileChanges): Promise<AcceptedByAccount> {
    return sendAccountCommand(this.#ports.send, accountId, actor, { type: "UpdateProfile", ...changes });
  }

  async #load(accountId: string): Promise<AccountState> {
    const account = await this.#ports.load(accountId);
    if (account) return account;
    throw new ApiFailure("not_found", "there is no such account");
  }

  #held(accountId: string, handles: ReadonlyArray<string | undefined>) {
    const borne = handles.filter((handle) => handle !== undefined);
    return Promise.all(borne.map((handle) => this.#names.held("handle", handle, accountId)));
  }

  async #claimDeletedHandle(accountId: string): Promise<string> {
    for (const length of DELETED_HANDLE_LENGTHS) {
      const handle = `deleted-${accountId.slice(-length)}`;
      if (await this.#names.claim("handle", handle, accountId)) return handle;
    }
    throw new ApiFailure("conflict", "no handle is free that could stand in for this account's");
  }
}

const readProfile = (wanted: WantedProfile): ProfileChanges => {
  const { displayName, avatarUrl, notificationSettings, appearancePreferences } = wanted;
  return {
    ...(displayName !== undefined && { displayName: readDisplayName(displayName) }),
    ...(avatarUrl !== undefined && { avatarUrl: readAvatarUrl(avatarUrl) }),
    ...(notificationSettings !== undefined && {
      notificationSettings: readPreferences("notification_settings", notificationSettings),
    }),
    ...(appearancePreferences !== undefined && {
      appearancePreferences: readPreferences("appearance_preferences", appearancePreferences),
    }),
  };
};

const readAvatarUrl = (url: string): string => {
  if (url.length <= MAX_AVATAR_URL && isSafeLink(url, { paths: true })) return url;
  const rule = `must begin with http://, https:// or one /, and have at most ${MAX_AVATAR_URL} characters`;
  throw new ApiFailure("invalid_request", `avatar_url ${rule}`, {
    issues: [{ path: "avatar_url", message: rule }],
  });
};
