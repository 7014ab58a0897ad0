import {
  deciderSpecification,
  recorded,
  timeAfter,
} from "@clickclack/eventsourcing/testing/DeciderSpecification";
import type { NewEvent } from "@clickclack/eventsourcing/Decider";
import type { CredentialKind, IdentityEvent } from "@clickclack/protocol/events/IdentityEvents";
import { describe, expect, test } from "vitest";
import { AccountDecider } from "./Account.ts";
import { isExpired } from "./Sessions.ts";
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
