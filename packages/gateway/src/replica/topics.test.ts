import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { emptyWorkspace, type WorkspaceState } from "@clickclack/workspace/WorkspaceState";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isShownTo } from "./isShownTo.ts";
import { accessChangedBy, EVERYBODY, topicsFor, topicsOf } from "./topics.ts";

const USERS = ["usr_a", "usr_b", "usr_c", "usr_d"];
const CHANNELS = ["chn_1", "chn_2", "chn_3"];

const members = fc.dictionary(
  fc.constantFrom(...USERS),
  fc.record({
    role: fc.constantFrom("owner", "moderator", "member", "guest", "bot"),
    blocked: fc.boolean(),
    joinedAt: fc.constant(""),
  }),
);
const channels = fc.dictionary(
  fc.constantFrom(...CHANNELS),
  fc.record({
    kind: fc.constantFrom("public", "private", "direct"),
    archived: fc.boolean(),
    joined: fc.uniqueArray(fc.constantFrom(...USERS)),
  }),
);

/** Any workspace, also ones that its rules never make: who joined a channel may be no member, or blocked. */
const anyWorkspace: fc.Arbitrary<WorkspaceState> = fc.record({ members, channels }).map((made) => ({
  ...emptyWorkspace("wsp_1"),
  exists: true,
  members: new Map(Object.entries(made.members)),
  channels: new Map(
    Object.entries(made.channels).map(([id, { joined, ...rest }]) => [
      id,
      {
        id,
        name: id,
        createdBy: "usr_a",
        createdAt: "",
        lastSeq: 0,
        details: {},
        pins: [],
        ...rest,
        members: new Set(joined),
      },
    ]),
  ),
}));

/** Somebody, by a token that may or may not be good for direct conversations. */
const viewer = fc.record({ userId: fc.constantFrom(...USERS), conversations: fc.boolean() });

const eventIn = (channelId: string | undefined) =>
  ({ type: "message.created", ...(channelId !== undefined && { channel_id: channelId }) }) as WorkspaceEvent;

/** Of a channel, of the whole workspace, or about one or two of its members. */
const anyEvent = fc.oneof(
  fc.option(fc.constantFrom(...CHANNELS, "chn_unknown"), { nil: undefined }).map(eventIn),
  fc
    .constantFrom(...USERS)
    .map((user_id) => ({ type: "member.moderation_updated", payload: { user_id } }) as WorkspaceEvent),
  fc
    .tuple(fc.constantFrom(...USERS), fc.constantFrom(...USERS))
    .map(
      ([from, to]) => ({ type: "workspace.ownership_transferred", payload: { from, to } }) as WorkspaceEvent,
    ),
);

test("an event reaches exactly those who may see it, and none of them twice", () => {
  fc.assert(
    fc.property(anyWorkspace, anyEvent, viewer, (state, event, who) => {
      const subscribed = topicsOf(state, who);
      const copies = topicsFor(state, event).filter((topic) => subscribed.has(topic)).length;
      expect(copies).toBe(isShownTo(state, who, event) ? 1 : 0);
    }),
    { numRuns: 2_000 },
  );
});

test("workspaces share no topic but for channels' own, whose ids differ", () => {
  fc.assert(
    fc.property(anyWorkspace, viewer, (state, who) => {
      const other: WorkspaceState = { ...state, id: "wsp_2", channels: new Map() };
      const shared = [...topicsOf(state, who)].filter((topic) => topicsOf(other, who).has(topic));
      expect(shared).toEqual([]);
    }),
  );
});

describe("access is changed", () => {
  test.each([
    ["member.added", { user_id: "usr_b" }, "usr_b"],
    ["member.removed", { user_id: "usr_b" }, "usr_b"],
    ["member.moderation_updated", { user_id: "usr_b" }, "usr_b"],
    ["channel.member_added", { user_id: "usr_b" }, "usr_b"],
    ["channel.member_removed", { user_id: "usr_b" }, "usr_b"],
    ["channel.created", { created_by: "usr_b" }, "usr_b"],
    ["channel.updated", {}, undefined],
    ["message.created", { author_id: "usr_b" }, undefined],
    ["workspace.updated", {}, undefined],
    ["workspace.deleted", { slug: "acme" }, EVERYBODY],
  ])("by %s for the user that it names", (type, payload, user) => {
    expect(accessChangedBy({ type, payload } as unknown as WorkspaceEvent)).toBe(user);
  });
});
