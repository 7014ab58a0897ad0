import type { IdentityEventOf } from "@clickclack/protocol/events/IdentityEvents";
import * as Result from "effect/Result";
import type { AccountState } from "./Account.ts";
import { type Decision, event, nothing, reject, revokeAll } from "./decisions.ts";

/** How an account ends, and how it comes back: deactivated for as long as it takes, or deleted for good. */
export type LifeCommand =
  | { readonly type: "DeactivateAccount" }
  | { readonly type: "ReactivateAccount" }
  /** `handle` is a free one that stands in for the person's, claimed already. */
  | { readonly type: "DeleteAccount"; readonly handle: string };

export type LifeEvent =
  | IdentityEventOf<"account.deactivated">
  | IdentityEventOf<"account.reactivated">
  | IdentityEventOf<"account.deleted">;

/** What stands in for the name of a person who is gone. */
export const DELETED_NAME = "Deleted user";

export const decideLife = (state: AccountState, command: LifeCommand): Decision => {
  if (command.type === "DeleteAccount") {
    if (state.deleted) return nothing;
    const replaced = event("account.deleted", { display_name: DELETED_NAME, handle: command.handle });
    return Result.succeed([replaced, ...revokeAll(state, "account deleted")]);
  }
  if (state.deleted) return reject("forbidden", "this account was deleted, which cannot be undone");
  if (command.type === "ReactivateAccount")
    return state.active ? nothing : Result.succeed([event("account.reactivated", {})]);
  if (!state.active) return reject("forbidden", "this account is deactivated");
  return Result.succeed([event("account.deactivated", {}), ...revokeAll(state, "account deactivated")]);
};

export const evolveLife = (state: AccountState, happened: LifeEvent): AccountState => {
  switch (happened.type) {
    case "account.deactivated":
      return { ...state, active: false, deletedAt: happened.at };
    case "account.reactivated": {
      const { deletedAt: _, ...rest } = state;
      return { ...rest, active: true };
    }
    case "account.deleted": {
      const { id, exists, kind, ownerUserId, createdAt, credentials } = state;
      const { display_name: displayName, handle } = happened.payload;
      return {
        id,
        exists,
        kind,
        createdAt,
        // The events that follow take these out one by one.
        credentials,
        active: false,
        identities: [],
        deleted: true,
        displayName,
        handle,
        avatarUrl: "",
        deletedAt: happened.at,
        ...(ownerUserId !== undefined && { ownerUserId }),
      };
    }
  }
};
