import { describe, test } from "vitest";
import { event, SYSTEM } from "../rules.ts";
import { acme, ANN, BLOCKED, BOB, GUEST, MODERATOR, OWNER, STRANGER } from "../testing/acme.ts";

const hand = (userId: string, activePerson = true) =>
  ({ type: "TransferOwnership", userId, activePerson }) as const;
const handed = (to: string, from = OWNER) => event("workspace.ownership_transferred", { from, to });
const BOT = event("member.added", { user_id: "usr_bot", role: "bot" });

describe("handing a workspace over", () => {
  test("is for the owner and the operator, to moderators and members", () => {
    for (const user of [OWNER, SYSTEM])
      for (const to of [MODERATOR, ANN]) acme().when(hand(to), user).thenEvents(handed(to));
  });

  test("is for nobody else", () => {
    for (const user of [MODERATOR, ANN, GUEST]) acme().when(hand(user), user).thenRejected("forbidden");
    acme().when(hand(ANN), BLOCKED).thenRejected("blocked");
    acme().when(hand(ANN), STRANGER).thenRejected("not_found");
  });

  test("to guests, bots, the blocked and accounts that are not active is refused", () => {
    for (const to of [GUEST, BLOCKED, "usr_bot"]) acme(BOT).when(hand(to), OWNER).thenRejected("forbidden");
    acme().when(hand(ANN, false), OWNER).thenRejected("forbidden");
    acme().when(hand(STRANGER), OWNER).thenRejected("not_found");
  });

  test("to its owner changes nothing", () => {
    for (const user of [OWNER, SYSTEM]) acme().when(hand(OWNER), user).thenNothing();
  });
});

describe("a workspace that was handed over", () => {
  const given = acme(handed(ANN));

  test("has one owner, who can do what owners do", () => {
    given.when(hand(BOB), ANN).thenEvents(handed(BOB, ANN));
    given.when(hand(BOB), SYSTEM).thenEvents(handed(BOB, ANN));
    given.when({ type: "RemoveMember", userId: ANN }, ANN).thenRejected("forbidden");
  });

  test("has its former owner as a moderator", () => {
    for (const command of [hand(OWNER), { type: "DeleteWorkspace" }] as const)
      given.when(command, OWNER).thenRejected("forbidden");
    given.when({ type: "RemoveMember", userId: MODERATOR }, OWNER).thenRejected("forbidden");
    given
      .when({ type: "RemoveMember", userId: BOB }, OWNER)
      .thenEvents(event("member.removed", { user_id: BOB }));
    given
      .when({ type: "RemoveMember", userId: OWNER }, OWNER)
      .thenEvents(event("member.removed", { user_id: OWNER, channel_ids: ["chn_general", "chn_lobby"] }));
  });
});

test("what was held against the new owner is over", () => {
  const out = { role: "member", blocked: false, timeout_until: "2031-01-01T00:00:00.000Z" } as const;
  acme(event("member.moderation_updated", { user_id: ANN, ...out }), handed(ANN))
    .when({ type: "UpdateWorkspace", name: "Mine" }, ANN)
    .thenEvents(event("workspace.updated", { name: "Mine" }));
});
