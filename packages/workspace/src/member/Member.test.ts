import type { Role } from "@clickclack/protocol/events/WorkspaceEvents";
import { describe, test } from "vitest";
import { event, SYSTEM } from "../rules.ts";
import { acme, ANN, BLOCKED, BOB, GUEST, MODERATOR, OWNER, STRANGER } from "../testing/acme.ts";

const add = (userId: string, role: Role = "member") => ({ type: "AddMember", userId, role }) as const;
const remove = (userId: string) => ({ type: "RemoveMember", userId }) as const;

describe("adding a member", () => {
  test("is for managers and the operator", () => {
    for (const user of [OWNER, MODERATOR, SYSTEM]) {
      acme()
        .when(add("usr_new"), user)
        .thenEvents(event("member.added", { user_id: "usr_new", role: "member" }));
    }
    for (const user of [ANN, GUEST]) acme().when(add("usr_new"), user).thenRejected("forbidden");
    acme().when(add("usr_new"), BLOCKED).thenRejected("blocked");
    acme().when(add("usr_new"), STRANGER).thenRejected("not_found");
  });

  test("who is one already changes nothing, and unblocks nobody", () => {
    for (const user of [ANN, BLOCKED]) acme().when(add(user), OWNER).thenNothing();
  });

  test("as owner is for nobody: there is one already", () => {
    for (const user of [OWNER, MODERATOR, SYSTEM])
      acme().when(add("usr_new", "owner"), user).thenRejected("forbidden");
  });

  test("as moderator is for the owner and the operator", () => {
    for (const user of [OWNER, SYSTEM]) {
      acme()
        .when(add("usr_new", "moderator"), user)
        .thenEvents(event("member.added", { user_id: "usr_new", role: "moderator" }));
    }
    acme().when(add("usr_new", "moderator"), MODERATOR).thenRejected("forbidden");
  });
});

describe("removing a member", () => {
  test("is for managers, and everybody may leave", () => {
    for (const user of [OWNER, MODERATOR, ANN, SYSTEM]) {
      acme()
        .when(remove(ANN), user)
        .thenEvents(event("member.removed", { user_id: ANN, channel_ids: ["chn_secret", "chn_attic"] }));
    }
    acme()
      .when({ ...remove(GUEST), reason: "bye" }, GUEST)
      .thenEvents(event("member.removed", { user_id: GUEST, channel_ids: ["chn_lobby"], reason: "bye" }));
    for (const user of [BOB, GUEST]) acme().when(remove(ANN), user).thenRejected("forbidden");
    acme().when(remove(BLOCKED), BLOCKED).thenRejected("blocked");
    acme().when(remove(STRANGER), STRANGER).thenRejected("not_found");
  });

  test("who is none, or the owner, is refused", () => {
    acme().when(remove(STRANGER), OWNER).thenRejected("not_found");
    for (const user of [OWNER, MODERATOR, SYSTEM]) acme().when(remove(OWNER), user).thenRejected("forbidden");
  });

  test("who moderates is for the owner, and moderators may leave", () => {
    for (const user of [OWNER, MODERATOR, SYSTEM]) {
      acme()
        .when(remove(MODERATOR), user)
        .thenEvents(event("member.removed", { user_id: MODERATOR }));
    }
    const other = event("member.added", { user_id: "usr_new", role: "moderator" });
    acme(other).when(remove(MODERATOR), "usr_new").thenRejected("forbidden");
  });

  test("takes their channels too: who comes back sees no private channel of before", () => {
    acme(event("member.removed", { user_id: ANN }), event("member.added", { user_id: ANN, role: "member" }))
      .when({ type: "PostMessage", channelId: "chn_secret", messageId: "msg_1", body: "hi" }, ANN)
      .thenRejected("not_found");
  });
});

describe("a nick", () => {
  const call = (userId: string, nick: string) =>
    ({ type: "ChangeNick", userId, nick, previous: "handle" }) as const;
  const changed = (user_id: string, nick: string, previous: string) =>
    event("member.nick_changed", { user_id, nick, previous });

  test("is for its bearer and for managers to change", () => {
    acme()
      .when(call(ANN, "Ann[1]"), ANN)
      .thenEvents(changed(ANN, "Ann[1]", "handle"));
    acme()
      .when(call(ANN, "Ann[1]"), OWNER)
      .thenEvents(changed(ANN, "Ann[1]", "handle"));
    acme().when(call(ANN, "Ann[1]"), BOB).thenRejected("forbidden");
    acme().when(call(STRANGER, "x"), OWNER).thenRejected("not_found");
  });

  test("that one has is no change, and what it was before is told with the next", () => {
    const before = changed(ANN, "Ann[1]", "handle");
    acme(before).when(call(ANN, "Ann[1]"), ANN).thenNothing();
    acme(before)
      .when(call(ANN, "Annie"), ANN)
      .thenEvents(changed(ANN, "Annie", "Ann[1]"));
  });
});
