import type { NewEvent } from "@clickclack/eventsourcing/Decider";
import { deciderSpecification } from "@clickclack/eventsourcing/testing/DeciderSpecification";
import { test } from "vitest";
import { AccountDecider } from "./Account.ts";

const ID = "usr_ann";
const { given } = deciderSpecification(AccountDecider, ID);

const created = (kind: "human" | "bot" = "human"): NewEvent => ({
  type: "account.created",
  payload: { kind, display_name: "Ann", handle: "ann", avatar_url: "" },
});
const deactivated: NewEvent = { type: "account.deactivated", payload: {} };
const identity = (subject: string, issuer = "https://id.example.com") => ({
  provider: "oidc",
  issuer,
  subject,
});
const linked = (subject: string, issuer?: string): NewEvent => ({
  type: "identity.linked",
  payload: identity(subject, issuer),
});
const link = (subject: string, issuer?: string) =>
  ({ type: "LinkIdentity", ...identity(subject, issuer) }) as const;

test("an account is linked once to somebody's account at a provider, and to those at others", () => {
  given(created()).when(link("1"), ID).thenEvents(linked("1"));
  given(created(), linked("1")).when(link("1"), ID).thenEvents();
  given(created(), linked("1"))
    .when(link("1", "https://other.example.com"), ID)
    .thenEvents(linked("1", "https://other.example.com"));
});

test("of one provider nobody else is linked to it", () => {
  given(created(), linked("1")).when(link("2"), ID).thenRejected("conflict");
});

test("bots and deactivated accounts are linked to nobody", () => {
  given(created("bot")).when(link("1"), ID).thenRejected("not_allowed_for_bots");
  given(created(), deactivated).when(link("1"), ID).thenRejected("forbidden");
});

test("an account is linked to twenty providers at the most", () => {
  const many = Array.from({ length: 20 }, (_, i) => linked("1", `https://id-${i}.example.com`));
  given(created(), ...many)
    .when(link("1"), ID)
    .thenRejected("limit_reached");
});
