import { MemoryThrottle } from "@clickclack/eventsourcing/Throttle";
import { expect, test } from "vitest";
import { newSecretKey, Secrets } from "../secrets/Secrets.ts";
import { SignInTickets, TICKET_MS } from "./SignInTickets.ts";

const WANTED = {
  provider: "oidc",
  returnTo: "/app",
  redirectUri: "http://127.0.0.1:1/api/auth/oidc/callback",
};

const setUp = () => {
  let now = 1_000_000;
  const secrets = new Secrets(newSecretKey());
  const ports = { secrets, throttle: new MemoryThrottle(() => now), now: () => now };
  return {
    secrets,
    tickets: new SignInTickets(ports),
    other: new SignInTickets(ports),
    pass: (ms: number) => (now += ms),
  };
};

test("a ticket is good once, over all gateways", async () => {
  const { tickets, other } = setUp();
  const { ticket, sealed } = tickets.make(WANTED);
  const { state } = ticket;
  const outcomes = await Promise.all(
    [tickets, other, tickets, other].map((one) => one.redeem(sealed, { provider: "oidc", state })),
  );
  expect(outcomes.filter((one) => one !== undefined)).toEqual([ticket]);
  expect(await tickets.redeem(sealed, { provider: "oidc", state })).toBeUndefined();
});

test("a ticket is no good for another provider, another state, or without its cookie, and is not used up by that", async () => {
  const { tickets } = setUp();
  const [{ ticket, sealed }, another] = [tickets.make(WANTED), tickets.make(WANTED)];
  const { state } = ticket;
  expect(await tickets.redeem(sealed, { provider: "github", state })).toBeUndefined();
  expect(await tickets.redeem(sealed, { provider: "oidc", state: another.ticket.state })).toBeUndefined();
  expect(await tickets.redeem(sealed, { provider: "oidc", state: undefined })).toBeUndefined();
  expect(await tickets.redeem(another.sealed, { provider: "oidc", state })).toBeUndefined();
  expect(await tickets.redeem(undefined, { provider: "oidc", state })).toBeUndefined();
  expect(await tickets.redeem(sealed, { provider: "oidc", state })).toEqual(ticket);
});

test("a ticket that was changed, sealed by others or for something else is none", async () => {
  const { tickets, secrets } = setUp();
  const { ticket, sealed } = tickets.make(WANTED);
  const { state } = ticket;
  const changed = `${sealed.slice(0, -2)}${sealed.endsWith("AA") ? "BB" : "AA"}`;
  const foreign = new Secrets(newSecretKey()).seal("oauth-state", JSON.stringify(ticket));
  const elsewhere = secrets.seal("resume", JSON.stringify(ticket));
  for (const one of [changed, foreign, elsewhere, "", "x"])
    expect(await tickets.redeem(one, { provider: "oidc", state })).toBeUndefined();
});

test("a ticket ends after ten minutes, and a used one is not good again by then or later", async () => {
  const { tickets, pass } = setUp();
  const [late, used] = [tickets.make(WANTED), tickets.make(WANTED)];
  const redeem = ({ ticket, sealed }: typeof late) =>
    tickets.redeem(sealed, { provider: "oidc", state: ticket.state });
  expect(await redeem(used)).toBeDefined();
  pass(TICKET_MS);
  expect(await redeem(used)).toBeUndefined();
  pass(1);
  expect(await redeem(late)).toBeUndefined();
  expect(await redeem(used)).toBeUndefined();
});
