import type { NewEvent } from "@clickclack/eventsourcing/Decider";
import { deciderSpecification } from "@clickclack/eventsourcing/testing/DeciderSpecification";
import type { CredentialKind } from "@clickclack/protocol/events/IdentityEvents";
import { describe, test } from "vitest";
import { AccountDecider } from "./Account.ts";

const ID = "usr_ann";
const { given } = deciderSpecification(AccountDecider, ID);

const created = (kind: "human" | "bot" = "human"): NewEvent => ({
  type: "account.created",
  payload: { kind, display_name: "Ann", handle: "ann", avatar_url: "" },
});
const deactivated: NewEvent = { type: "account.deactivated", payload: {} };
const issued = (id: string, kind: CredentialKind): NewEvent => ({
  type: "credential.issued",
  payload: { credential_id: id, kind, hash: `hash of ${id}` },
});
const revoked = (id: string, reason: string): NewEvent => ({
  type: "credential.revoked",
  payload: { credential_id: id, reason },
});
const set = (hash: string): NewEvent => ({ type: "password.set", payload: { hash } });
const session = { credentialId: "ses_new", kind: "session", hash: "session's hash" } as const;
const opened: NewEvent = {
  type: "credential.issued",
  payload: { credential_id: "ses_new", kind: "session", hash: "session's hash" },
};

describe("signing in", () => {
  const signIn = { type: "SignIn", passwordHash: "old", session } as const;

  test("opens a session with the password that the account has", () => {
    given(created(), set("old")).when(signIn, ID).thenEvents(opened);
  });

  test("writes a hash of new parameters down with it", () => {
    given(created(), set("old"))
      .when({ ...signIn, rehashed: "new" }, ID)
      .thenEvents(opened, { type: "password.set", payload: { hash: "new", rehashed: true } });
  });

  test("is refused with one that was changed since, with none, and when the account is gone", () => {
    given(created(), set("old"), set("new")).when(signIn, ID).thenRejected("invalid_credentials");
    given(created()).when(signIn, ID).thenRejected("invalid_credentials");
    given(created(), set("old"), deactivated).when(signIn, ID).thenRejected("forbidden");
    given().when(signIn, ID).thenRejected("not_found");
  });
});

describe("setting a password", () => {
  const credentials = [
    issued("ses_mine", "session"),
    issued("ses_other", "session"),
    issued("btok_script", "token"),
    issued("mgt_link", "magic_link"),
  ];

  test("ends every other session and every link in the same commit; named tokens stay", () => {
    given(created(), ...credentials)
      .when({ type: "SetPassword", hash: "new", current: null, keep: "ses_mine" }, ID)
      .thenEvents(
        set("new"),
        revoked("ses_other", "password changed"),
        revoked("mgt_link", "password changed"),
      );
  });

  test("by an operator ends all of them, whatever the current password is", () => {
    given(created(), set("old"), ...credentials)
      .when({ type: "SetPassword", hash: "new" }, "usr_operator")
      .thenEvents(
        set("new"),
        ...["ses_mine", "ses_other", "mgt_link"].map((id) => revoked(id, "password changed")),
      );
  });

  test("is refused when another one was set since the current one was verified", () => {
    const change = (current: string | null) => ({ type: "SetPassword", hash: "new", current }) as const;
    given(created(), set("other")).when(change("old"), ID).thenRejected("invalid_credentials");
    given(created(), set("other")).when(change(null), ID).thenRejected("invalid_credentials");
    given(created()).when(change("old"), ID).thenRejected("invalid_credentials");
    given(created(), set("other")).when(change("other"), ID).thenEvents(set("new"));
  });

  test("is not for bots", () => {
    given(created("bot")).when({ type: "SetPassword", hash: "new" }, ID).thenRejected("not_allowed_for_bots");
  });
});

describe("signing out", () => {
  const signOut = (credentialId: string) => ({ type: "SignOut", credentialId }) as const;

  test("ends the session", () => {
    given(created(), issued("ses_1", "session"))
      .when(signOut("ses_1"), ID)
      .thenEvents(revoked("ses_1", "signed out"));
  });

  test("twice is told that it has ended already", () => {
    given(created(), issued("ses_1", "session"), revoked("ses_1", "signed out"))
      .when(signOut("ses_1"), ID)
      .thenRejected("unauthenticated");
  });

  test("does not end a named token", () => {
    given(created(), issued("btok_1", "token")).when(signOut("btok_1"), ID).thenRejected("forbidden");
  });
});
