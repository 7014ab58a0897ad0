import type { NewEvent } from "@clickclack/eventsourcing/Decider";
import {
  deciderSpecification,
  recorded,
  timeAfter,
} from "@clickclack/eventsourcing/testing/DeciderSpecification";
import type { IdentityEvent } from "@clickclack/protocol/events/IdentityEvents";
import { describe, expect, test } from "vitest";
import { AccountDecider } from "./Account.ts";

const ID = "usr_ann";
const { given } = deciderSpecification(AccountDecider, ID);

const created: NewEvent = {
  type: "account.created",
  payload: { kind: "human", display_name: "Ann", handle: "ann", avatar_url: "" },
};
const password: NewEvent = { type: "password.set", payload: { hash: "password" } };
const enrolled = (sealed = "sealed"): NewEvent => ({ type: "totp.enrolled", payload: { sealed } });
const confirmed: NewEvent = {
  type: "totp.confirmed",
  payload: { totp_step: 100, recovery_codes: ["first", "second"] },
};
const removed: NewEvent = { type: "totp.removed", payload: {} };
const credential = { credential_id: "ses_1", kind: "session", hash: "session" };
const opened = (used: object): NewEvent => ({
  type: "credential.issued",
  payload: { ...credential, ...used },
});
const link: NewEvent = {
  type: "credential.issued",
  payload: { credential_id: "mgt_1", kind: "magic_link", hash: "link" },
};

const inForce = [created, password, enrolled(), confirmed];
const session = { credentialId: "ses_1", kind: "session", hash: "session" } as const;
const totp = (step: number, sealed = "sealed") => ({ kind: "totp", sealed, step }) as const;
const recovery = (hash: string) => ({ kind: "recovery", hash }) as const;
type Factor = ReturnType<typeof totp> | ReturnType<typeof recovery>;
const signIn = (secondFactor?: Factor) =>
  ({ type: "SignIn", passwordHash: "password", session, ...(secondFactor && { secondFactor }) }) as const;
const consume = (secondFactor?: Factor) =>
  ({ type: "ConsumeMagicLink", hash: "link", session, ...(secondFactor && { secondFactor }) }) as const;

describe("enrolling", () => {
  const enrol = { type: "EnrolTotp", sealed: "sealed" } as const;

  test("counts from when a code was given, and may be begun again until then", () => {
    given(created).when(enrol, ID).thenEvents(enrolled());
    given(created, enrolled("lost")).when(enrol, ID).thenEvents(enrolled());
    given(created, password, enrolled()).when(signIn(), ID).thenEvents(opened({}));
    given(...inForce)
      .when(enrol, ID)
      .thenRejected("conflict");
  });

  test("is confirmed for the secret that was given out last, once", () => {
    const confirm = (sealed: string) =>
      ({ type: "ConfirmTotp", sealed, step: 100, recoveryCodes: ["first", "second"] }) as const;
    given(created, enrolled()).when(confirm("sealed"), ID).thenEvents(confirmed);
    given(created, enrolled()).when(confirm("another"), ID).thenRejected("conflict");
    given(created).when(confirm("sealed"), ID).thenRejected("conflict");
    given(...inForce)
      .when(confirm("sealed"), ID)
      .thenRejected("conflict");
  });
});

describe("a second factor in force", () => {
  test.each([
    ["signing in", signIn],
    ["a one-time link", consume],
  ] as const)("is asked for by %s", (_, command) => {
    const account = given(...inForce, link);
    account.when(command(), ID).thenRejected("second_factor_required");
    account.when(command(totp(100)), ID).thenRejected("invalid_credentials");
    account.when(command(totp(101, "another")), ID).thenRejected("invalid_credentials");
    account.when(command(recovery("third")), ID).thenRejected("invalid_credentials");
  });

  test("is written down with the session that it was used for", () => {
    given(...inForce)
      .when(signIn(totp(101)), ID)
      .thenEvents(opened({ totp_step: 101 }));
    given(...inForce)
      .when(signIn(recovery("first")), ID)
      .thenEvents(opened({ recovery_code: "first" }));
    given(...inForce, link)
      .when(consume(totp(101)), ID)
      .thenEvents(
        { type: "credential.revoked", payload: { credential_id: "mgt_1", reason: "used" } },
        opened({ totp_step: 101 }),
      );
  });

  test("is good once: neither the same code, nor an older one, nor a recovery code twice", () => {
    const used = given(...inForce, opened({ totp_step: 102 }), opened({ recovery_code: "first" }));
    for (const factor of [totp(102), totp(101), recovery("first")])
      used.when(signIn(factor), ID).thenRejected("invalid_credentials");
    used.when(signIn(totp(103)), ID).thenEvents(opened({ totp_step: 103 }));
    used.when(signIn(recovery("second")), ID).thenEvents(opened({ recovery_code: "second" }));
  });

  test("is removed by the password, by a code, or by an operator", () => {
    const remove = (proof?: Factor | { readonly passwordHash: string }) =>
      ({ type: "RemoveTotp", ...(proof && { proof }) }) as const;
    const account = given(...inForce);
    for (const proof of [{ passwordHash: "password" }, totp(101), recovery("first"), undefined])
      account.when(remove(proof), ID).thenEvents(removed);
    for (const proof of [{ passwordHash: "other" }, totp(100), recovery("third")])
      account.when(remove(proof), ID).thenRejected("invalid_credentials");
    given(created).when(remove(), ID).thenRejected("conflict");
  });

  test("is not asked for any more once it was removed, and not used up then", () => {
    given(...inForce, removed)
      .when(signIn(), ID)
      .thenEvents(opened({}));
    given(...inForce, removed)
      .when(signIn(totp(101)), ID)
      .thenEvents(opened({}));
  });
});

test("password and second factor survive a snapshot through JSON", () => {
  const state = [...inForce, opened({ totp_step: 102 })].reduce(
    (folded, event, i) =>
      AccountDecider.evolve(folded, recorded<IdentityEvent>(AccountDecider, ID, event, i + 1)),
    AccountDecider.initial(ID),
  );
  const { encode, decode } = AccountDecider.snapshot;
  const restored = decode(JSON.parse(JSON.stringify(encode(state))));
  expect(restored).toEqual(state);
  expect(restored.password).toEqual({ hash: "password", setAt: timeAfter(1) });
  expect(restored.totp).toEqual({
    sealed: "sealed",
    confirmed: true,
    lastStep: 102,
    recoveryCodes: ["first", "second"],
  });
});
