import {
  deciderSpecification,
  recorded,
  timeAfter,
} from "@clickclack/eventsourcing/testing/DeciderSpecification";
import type { NewEvent } from "@clickclack/eventsourcing/Decider";
import type { CredentialKind, IdentityEvent } from "@clickclack/protocol/events/IdentityEvents";
import { describe, expect, test } from "vitest";
import { AccountDecider } from "./Account.ts";
import { isExpired } from "./sessionTimes.ts";
import { userView } from "./userView.ts";

const ID = "usr_ann";
const { given } = deciderSpecification(AccountDecider, ID);

const created: NewEvent = {
  type: "account.created",
  payload: { kind: "human", display_name: "Ann", handle: "ann", avatar_url: "", email: "ann@example.org" },
};
const deactivated: NewEvent = { type: "account.deactivated", payload: {} };
const issued = (id: string, kind: CredentialKind, hash = `hash of ${id}`, expiresAt?: string): NewEvent => ({
  type: "credential.issued",
  payload: { credential_id: id, kind, hash, ...(expiresAt !== undefined && { expires_at: expiresAt }) },
});
const revoked = (id: string, reason: string): NewEvent => ({
  type: "credential.revoked",
  payload: { credential_id: id, reason },
});
const session = { credentialId: "ses_1", kind: "session", hash: "session's hash" } as const;
const consume = (hash: string) => ({ type: "ConsumeMagicLink", hash, session }) as const;
const many = (count: number, kind: CredentialKind) =>
  Array.from({ length: count }, (_, i) => issued(`${kind}_${i}`, kind));

describe("creating an account", () => {
  const create = {
    type: "CreateAccount",
    kind: "human",
    displayName: "Ann",
    handle: "ann",
    email: "ann@example.org",
  } as const;

  test("records who it is", () => {
    given().when(create, ID).thenEvents(created);
  });

  test("of a bot records its owner", () => {
    given()
      .when(
        { type: "CreateAccount", kind: "bot", displayName: "B", handle: "b", ownerUserId: "usr_bob" },
        "usr_bob",
      )
      .thenEvents({
        type: "account.created",
        payload: { kind: "bot", display_name: "B", handle: "b", avatar_url: "", owner_user_id: "usr_bob" },
      });
  });

  test("twice changes nothing", () => {
    given(created).when(create, ID).thenNothing();
    given(created, deactivated).when(create, ID).thenNothing();
  });
});

describe("an account that", () => {
  const commands = [
    { type: "DeactivateAccount" },
    { type: "IssueCredential", ...session },
    { type: "RevokeCredential", credentialId: "ses_1" },
    consume("h"),
  ] as const;

  test.each(commands)("was never created is not found: $type", (command) => {
    given().when(command, ID).thenRejected("not_found");
  });

  test.each(commands)("is deactivated does nothing more: $type", (command) => {
    given(created, issued("mgt_1", "magic_link", "h"), deactivated)
      .when(command, ID)
      .thenRejected("forbidden");
  });
});

test("deactivating an account takes every credential back", () => {
  given(created, issued("ses_1", "session"), issued("btok_1", "token"))
    .when({ type: "DeactivateAccount" }, ID)
    .thenEvents(
      deactivated,
      revoked("ses_1", "account deactivated"),
      revoked("btok_1", "account deactivated"),
    );
});

describe("the life of an account", () => {
  const reactivated: NewEvent = { type: "account.reactivated", payload: {} };
  const gone: NewEvent = {
    type: "account.deleted",
    payload: { display_name: "Deleted user", handle: "deleted-1" },
  };
  const erase = { type: "DeleteAccount", handle: "deleted-1" } as const;

  test("goes on after a deactivation that is taken back, with new credentials", () => {
    given(created, deactivated).when({ type: "ReactivateAccount" }, ID).thenEvents(reactivated);
    given(created).when({ type: "ReactivateAccount" }, ID).thenNothing();
    given(created, deactivated, reactivated)
      .when({ type: "IssueCredential", ...session }, ID)
      .thenEvents(issued("ses_1", "session", "session's hash"));
  });

  test("ends with every credential taken back, once", () => {
    given(created, issued("ses_1", "session"))
      .when(erase, ID)
      .thenEvents(gone, revoked("ses_1", "account deleted"));
    given(created, gone).when(erase, ID).thenNothing();
    given(created, deactivated).when(erase, ID).thenEvents(gone);
    given().when(erase, ID).thenRejected("not_found");
  });

  test.each([
    { type: "ReactivateAccount" },
    { type: "DeactivateAccount" },
    { type: "IssueCredential", ...session },
    { type: "UpdateProfile", displayName: "Back" },
  ] as const)("does not go on after its deletion: $type", (command) => {
    given(created, gone).when(command, ID).thenRejected("forbidden");
  });
});

describe("a profile", () => {
  const updated = (payload: object): NewEvent => ({ type: "account.updated", payload });
  const rename = (from: string, to: string, former?: string) =>
    ({ type: "UpdateProfile", rename: { from, to, ...(former !== undefined && { former }) } }) as const;

  test("records what is other than it was, and nothing else", () => {
    given(created)
      .when({ type: "UpdateProfile", displayName: "Ann", avatarUrl: "/a.png", notificationSettings: {} }, ID)
      .thenEvents(updated({ avatar_url: "/a.png" }));
    given(created).when({ type: "UpdateProfile", displayName: "Ann", avatarUrl: "" }, ID).thenNothing();
  });

  test("clears preferences by an empty object", () => {
    given(created, updated({ appearance_preferences: { theme: "dark" } }))
      .when({ type: "UpdateProfile", appearancePreferences: {} }, ID)
      .thenEvents(updated({ appearance_preferences: {} }));
  });

  test("remembers the one handle before", () => {
    given(created)
      .when(rename("ann", "annb"), ID)
      .thenEvents(updated({ handle: "annb", former_handle: "ann" }));
    given(created, updated({ handle: "annb", former_handle: "ann" }))
      .when(rename("annb", "ann", "ann"), ID)
      .thenEvents(updated({ handle: "ann", former_handle: "annb" }));
  });

  test("refuses a rename that was begun before another one", () => {
    const state = given(created, updated({ handle: "annb", former_handle: "ann" }));
    state.when(rename("ann", "cy"), ID).thenRejected("conflict");
    state.when(rename("annb", "cy"), ID).thenRejected("conflict");
    state.when(rename("ann", "annb"), ID).thenNothing();
  });
});

describe("a session", () => {
  const use = (usedAt: string) => ({ type: "UseSession", credentialId: "ses_1", usedAt }) as const;
  const used = (usedAt: string): NewEvent => ({
    type: "session.used",
    payload: { credential_id: "ses_1", used_at: usedAt },
  });

  test("records by what client and from where it was opened", () => {
    given(created)
      .when({ type: "IssueCredential", ...session, userAgent: "curl", address: "192.0.2.7" }, ID)
      .thenEvents({
        type: "credential.issued",
        payload: {
          credential_id: "ses_1",
          kind: "session",
          hash: "session's hash",
          user_agent: "curl",
          address: "192.0.2.7",
        },
      });
  });

  test("records when it was used, unless a later use is known, or it is none", () => {
    const opened = given(created, issued("ses_1", "session"), used(timeAfter(9)));
    opened.when(use(timeAfter(10)), ID).thenEvents(used(timeAfter(10)));
    opened.when(use(timeAfter(9)), ID).thenNothing();
    given(created, issued("ses_1", "token"))
      .when(use(timeAfter(10)), ID)
      .thenNothing();
    given(created)
      .when(use(timeAfter(10)), ID)
      .thenNothing();
  });

  test("ends with all others but one", () => {
    given(created, issued("ses_1", "session"), issued("ses_2", "session"), issued("btok_1", "token"))
      .when({ type: "RevokeSessions", keep: "ses_1" }, ID)
      .thenEvents(revoked("ses_2", "revoked"));
  });

  test("that was not used for too long ends when one asks, or opens another", () => {
    const opened = given(
      created,
      issued("ses_1", "session"),
      issued("ses_2", "session"),
      used(timeAfter(50)),
    );
    const over = revoked("ses_2", "expired");
    opened.when({ type: "EndIdleSessions", unusedSince: timeAfter(40) }, ID, timeAfter(60)).thenEvents(over);
    opened
      .when({ type: "IssueCredential", ...session, credentialId: "ses_3", unusedSince: timeAfter(40) }, ID)
      .thenEvents(issued("ses_3", "session", "session's hash"), over);
    opened.when({ type: "EndIdleSessions" }, ID).thenNothing();
  });

  test("is not ended as a token, nor a token as a session", () => {
    given(created, issued("ses_1", "session"))
      .when({ type: "RevokeCredential", credentialId: "ses_1", kind: "token" }, ID)
      .thenRejected("not_found");
  });
});

describe("issuing a credential", () => {
  test("records its hash, name and end", () => {
    given(created)
      .when(
        { type: "IssueCredential", ...session, name: "laptop", expiresAt: "2031-01-01T00:00:00.000Z" },
        ID,
      )
      .thenEvents({
        type: "credential.issued",
        payload: {
          credential_id: "ses_1",
          kind: "session",
          hash: "session's hash",
          name: "laptop",
          expires_at: "2031-01-01T00:00:00.000Z",
        },
      });
  });

  test("beyond the bound takes the oldest of its kind back", () => {
    given(created, issued("btok_1", "token"), ...many(100, "session"))
      .when({ type: "IssueCredential", ...session }, ID)
      .thenEvents(
        issued("ses_1", "session", "session's hash"),
        revoked("session_0", "replaced by newer ones"),
      );
  });

  test("of many links ends no session and no token", () => {
    const link = { credentialId: "mgt_new", kind: "magic_link", hash: "h" } as const;
    given(created, issued("ses_1", "session"), issued("btok_1", "token"), ...many(10, "magic_link"))
      .when({ type: "IssueCredential", ...link }, ID)
      .thenEvents(issued("mgt_new", "magic_link", "h"), revoked("magic_link_0", "replaced by newer ones"));
  });
});

test("revoking takes a known credential back, once", () => {
  const revoke = { type: "RevokeCredential", credentialId: "ses_1" } as const;
  given(created, issued("ses_1", "session")).when(revoke, ID).thenEvents(revoked("ses_1", "revoked"));
  given(created, issued("ses_1", "session"), revoked("ses_1", "revoked"))
    .when(revoke, ID)
    .thenRejected("not_found");
});

describe("a one-time link", () => {
  const end = "2030-01-01T01:00:00.000Z";

  test("is used up for a session", () => {
    given(created, issued("mgt_1", "magic_link", "h", end))
      .when(consume("h"), ID)
      .thenEvents(revoked("mgt_1", "used"), issued("ses_1", "session", "session's hash"));
  });

  test("opens nothing when it is unknown, used, or no link at all", () => {
    given(created, issued("mgt_1", "magic_link", "h", end))
      .when(consume("other"), ID)
      .thenRejected("invalid_request");
    given(created, issued("mgt_1", "magic_link", "h", end), revoked("mgt_1", "used"))
      .when(consume("h"), ID)
      .thenRejected("invalid_request");
    given(created, issued("ses_0", "session", "h"))
      .when(consume("h"), ID)
      .thenRejected("invalid_request");
  });

  test("opens nothing from its end on", () => {
    const link = given(created, issued("mgt_1", "magic_link", "h", end));
    link
      .when(consume("h"), ID, "2030-01-01T00:59:59.999Z")
      .thenEvents(revoked("mgt_1", "used"), issued("ses_1", "session", "session's hash"));
    link.when(consume("h"), ID, end).thenRejected("invalid_request");
  });

  test("takes the oldest session back where one more would be too many", () => {
    given(created, ...many(100, "session"), issued("mgt_1", "magic_link", "h", end))
      .when(consume("h"), ID)
      .thenEvents(
        revoked("mgt_1", "used"),
        issued("ses_1", "session", "session's hash"),
        revoked("session_0", "replaced by newer ones"),
      );
  });
});

describe("an account's state", () => {
  const events: ReadonlyArray<NewEvent> = [
    created,
    issued("ses_1", "session", "h", "2030-01-01T00:00:03.000Z"),
    issued("btok_1", "token"),
    { type: "account.updated", payload: { display_name: "Ann B.", handle: "annb", avatar_url: "a.png" } },
    { type: "account.updated", payload: {} },
    revoked("btok_1", "revoked"),
    deactivated,
  ];
  const state = events.reduce(
    (folded, event, i) =>
      AccountDecider.evolve(folded, recorded<IdentityEvent>(AccountDecider, ID, event, i + 1)),
    AccountDecider.initial(ID),
  );

  test("is what its events say", () => {
    expect(state).toMatchObject({ displayName: "Ann B.", handle: "annb", avatarUrl: "a.png", active: false });
    expect([...state.credentials.keys()]).toEqual(["ses_1"]);
    expect(isExpired(state.credentials.get("ses_1")!, timeAfter(2))).toBe(false);
    expect(isExpired(state.credentials.get("ses_1")!, timeAfter(3))).toBe(true);
  });

  test("survives a snapshot through JSON", () => {
    const { encode, decode } = AccountDecider.snapshot;
    expect(decode(JSON.parse(JSON.stringify(encode(state))))).toEqual(state);
  });

  test("shows others neither email nor credentials", () => {
    expect(userView(state)).toEqual({
      id: ID,
      kind: "human",
      display_name: "Ann B.",
      handle: "annb",
      avatar_url: "a.png",
      created_at: timeAfter(0),
      deleted_at: timeAfter(6),
    });
  });
});
