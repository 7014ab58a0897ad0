import { recorded } from "@clickclack/eventsourcing/testing/DeciderSpecification";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { expect, test } from "vitest";
import { canSeeEvent, canSeePerson, isListedFor, visibleChannels, visiblePeople } from "./access.ts";
import { event } from "./rules.ts";
import {
  ACME,
  ANN,
  ATTIC,
  BLOCKED,
  BOB,
  GENERAL,
  GUEST,
  LOBBY,
  OWNER,
  SECRET,
  STRANGER,
} from "./testing/acme.ts";
import { WorkspaceDecider } from "./WorkspaceDecider.ts";

const events = ACME.map((one, i) => recorded<WorkspaceEvent>(WorkspaceDecider, "wsp_acme", one, i + 1));
const state = events.reduce(
  (folded, one) => WorkspaceDecider.evolve(folded, one),
  WorkspaceDecider.initial("wsp_acme"),
);

test.each([
  [OWNER, [GENERAL, ATTIC, LOBBY]],
  [ANN, [GENERAL, SECRET, ATTIC, LOBBY]],
  [BOB, [GENERAL, ATTIC, LOBBY]],
  [GUEST, [LOBBY]],
  [BLOCKED, []],
  [STRANGER, []],
])("%s sees the channels %j", (user, channels) => {
  expect(visibleChannels(state, user)).toEqual(channels);
});

test("a secret channel is told of to who is in it, and to no manager", () => {
  const set = { channel_id: ATTIC, set_by: ANN, changes: [], modes: { secret: true } };
  const made = event("channel.modes_changed", set, ATTIC);
  const at = ACME.length + 1;
  const fresh = events.reduce(
    (folded, one) => WorkspaceDecider.evolve(folded, one),
    WorkspaceDecider.initial("wsp_acme"),
  );
  const users = [OWNER, ANN, BOB];
  const listed = () => users.map((user) => isListedFor(fresh, user, ATTIC));
  expect(listed()).toEqual([true, true, true]);
  const secret = WorkspaceDecider.evolve(
    fresh,
    recorded<WorkspaceEvent>(WorkspaceDecider, "wsp_acme", made, at),
  );
  expect(users.map((user) => isListedFor(secret, user, ATTIC))).toEqual(
    users.map((user) => secret.channels.get(ATTIC)!.members.has(user)),
  );
  expect(isListedFor(secret, OWNER, ATTIC)).toBe(false);
});

test("a guest sees itself and those it shares a place with; the others see everybody", () => {
  const seen = (user: string) => [OWNER, ANN, GUEST].filter((person) => canSeePerson(state, user, person));
  expect([seen(GUEST), seen(ANN)]).toEqual([
    [OWNER, GUEST],
    [OWNER, ANN, GUEST],
  ]);
  expect(visiblePeople(state, GUEST)).toEqual(new Set([OWNER, GUEST]));
  expect(visiblePeople(state, ANN)).toBeUndefined();
});

test("an event is seen by whoever sees its channel, or, without one, by every member who sees whom it is about", () => {
  const about = (channel?: string) =>
    recorded<WorkspaceEvent>(
      WorkspaceDecider,
      "wsp_acme",
      event("member.removed", { user_id: BOB }, channel),
      1,
    );
  const seers = (channel?: string) =>
    [OWNER, ANN, BOB, GUEST, BLOCKED, STRANGER].filter((user) => canSeeEvent(state, user, about(channel)));
  expect(seers()).toEqual([OWNER, ANN, BOB]);
  expect(seers(SECRET)).toEqual([ANN]);
  expect(seers(LOBBY)).toEqual([OWNER, ANN, BOB, GUEST]);
  expect(seers("chn_none")).toEqual([]);
});
