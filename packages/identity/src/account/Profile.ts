import type { IdentityEventOf, Preferences } from "@clickclack/protocol/events/IdentityEvents";
import * as Result from "effect/Result";
import type { AccountState } from "./Account.ts";
import { type Decision, event, nothing, reject } from "./decisions.ts";

/** What a person says of itself; what is absent stays, preferences are cleared by `{}`. */
export interface ProfileChanges {
  readonly displayName?: string;
  readonly rename?: Rename;
  readonly avatarUrl?: string;
  readonly notificationSettings?: Preferences;
  readonly appearancePreferences?: Preferences;
}

/**
 * A new handle, claimed already, and the two that the account had when that was begun: of two renames at once one is
 * refused, so that whoever gives the others up knows which they are.
 */
export interface Rename {
  readonly from: string;
  readonly former?: string;
  readonly to: string;
}

export type ProfileCommand = { readonly type: "UpdateProfile" } & ProfileChanges;

const differs = (wanted: unknown, current: unknown): boolean =>
  wanted !== undefined && JSON.stringify(wanted) !== JSON.stringify(current);

export const decideProfile = (state: AccountState, command: ProfileCommand): Decision => {
  const { displayName, rename, avatarUrl, notificationSettings, appearancePreferences } = command;
  const renames = rename !== undefined && rename.to !== state.handle;
  if (renames && (rename.from !== state.handle || rename.former !== state.formerHandle))
    return reject("conflict", "this account was renamed meanwhile; try again");
  const changes = {
    ...(displayName !== undefined && displayName !== state.displayName && { display_name: displayName }),
    ...(renames && { handle: rename.to, former_handle: state.handle }),
    ...(avatarUrl !== undefined && avatarUrl !== state.avatarUrl && { avatar_url: avatarUrl }),
    ...(differs(notificationSettings, state.notificationSettings ?? {}) && {
      notification_settings: notificationSettings!,
    }),
    ...(differs(appearancePreferences, state.appearancePreferences ?? {}) && {
      appearance_preferences: appearancePreferences!,
    }),
  };
  return Object.keys(changes).length === 0 ? nothing : Result.succeed([event("account.updated", changes)]);
};

export const evolveProfile = (
  state: AccountState,
  { payload }: IdentityEventOf<"account.updated">,
): AccountState => {
  const { notificationSettings, appearancePreferences, ...rest } = state;
  const notifications = payload.notification_settings ?? notificationSettings;
  const appearance = payload.appearance_preferences ?? appearancePreferences;
  return {
    ...rest,
    displayName: payload.display_name ?? state.displayName,
    handle: payload.handle ?? state.handle,
    avatarUrl: payload.avatar_url ?? state.avatarUrl,
    ...(payload.former_handle !== undefined && { formerHandle: payload.former_handle }),
    ...(isFilled(notifications) && { notificationSettings: notifications }),
    ...(isFilled(appearance) && { appearancePreferences: appearance }),
  };
};

const isFilled = (preferences: Preferences | undefined): preferences is Preferences =>
  preferences !== undefined && Object.keys(preferences).length > 0;

/** Whether a handle is this account's to keep from others: its own, or the one that it had before. */
export const holdsHandle = (state: AccountState, handle: string): boolean =>
  state.handle === handle || state.formerHandle === handle;
