import { describe, test } from "vitest";
import { event, SYSTEM } from "../rules.ts";
import {
  acme,
  ANN,
  ATTIC,
  archived,
  BLOCKED,
  BOB,
  GENERAL,
  GUEST,
  LOBBY,
  MODERATOR,
  OWNER,
  SECRET,
  STRANGER,
} from "../testing/acme.ts";

const create = (name: string, details = {}) =>
  ({ type: "CreateChannel", channelId: "chn_new", name, kind: "private", details }) as const;
const update = (channelId: string, changes: object) =>
  ({ type: "UpdateChannel", channelId, changes }) as const;
const addMember = (channelId: string, userId: string) =>
  ({ type: "AddChannelMember", channelId, userId }) as const;
const removeMember = (channelId: string, userId: string) =>
  ({ type: "RemoveChannelMember", channelId, userId }) as const;
const join = (channelId: string) => ({ type: "JoinChannel", channelId }) as const;
const leave = (channelId: string) => ({ type: "LeaveChannel", channelId }) as const;

const added = (channel_id: string, user_id: string) =>
  event("channel.member_added", { channel_id, user_id }, channel_id);
const gone = (channel_id: string, user_id: string) =>
  event("channel.member_removed", { channel_id, user_id }, channel_id);
const updated = (channel_id: string, name: string, rest: object = {}) =>
  event("channel.updated", { channel_id, name, archived: false, ...rest }, channel_id);

describe("creating a channel", () => {
  test("makes its creator a member, and drops empty details", () => {
    acme()
      .when(create("Plans & Ideas", { display_title: "Plans", sidebar_section: "" }), BOB)
      .thenEvents(
        event(
          "channel.created",
          {
            channel_id: "chn_new",
            name: "plans-ideas",
            kind: "private",
            created_by: BOB,
            display_title: "Plans",
          },
          "chn_new",
        ),
        added("chn_new", BOB),
      );
  });

  test("with a limit holds to it from its first event on", () => {
    acme()
      .when({ ...create("small"), memberLimit: 5 }, BOB)
      .thenEvents(
        event(
          "channel.created",
          { channel_id: "chn_new", name: "small", kind: "private", created_by: BOB },
          "chn_new",
        ),
        added("chn_new", BOB),
        event(
          "channel.modes_changed",
          {
            channel_id: "chn_new",
            set_by: BOB,
            changes: [{ mode: "+l", argument: "5" }],
            modes: { member_limit: 5 },
          },
          "chn_new",
        ),
      );
  });

  test("needs a name that nobody has, not even an archived channel", () => {
    acme().when(create("General"), BOB).thenRejected("name_taken");
    acme(archived).when(create("attic"), BOB).thenRejected("name_taken");
    acme().when(create("secret"), BOB).thenRejected("name_taken");
    acme().when(create("🎉"), BOB).thenRejected("invalid_request");
  });

  test("takes a name that was given up", () => {
    acme(updated(ATTIC, "cellar")).when(create("cellar"), BOB).thenRejected("name_taken");
    acme(updated(ATTIC, "cellar"))
      .when(create("attic"), BOB)
      .thenEvents(
        event(
          "channel.created",
          { channel_id: "chn_new", name: "attic", kind: "private", created_by: BOB },
          "chn_new",
        ),
        added("chn_new", BOB),
      );
  });

  test("is not for guests, the blocked and strangers", () => {
    acme().when(create("x1"), GUEST).thenRejected("forbidden");
    acme().when(create("x1"), BLOCKED).thenRejected("blocked");
    acme().when(create("x1"), STRANGER).thenRejected("not_found");
  });
});

describe("changing a channel", () => {
  test("is for managers, its creator, bots and the operator", () => {
    for (const user of [OWNER, MODERATOR, ANN, SYSTEM]) {
      acme()
        .when(update(ATTIC, { name: "Cellar" }), user)
        .thenEvents(updated(ATTIC, "cellar"));
    }
    acme(event("member.added", { user_id: "usr_bot", role: "bot" }))
      .when(update(ATTIC, { name: "Cellar" }), "usr_bot")
      .thenEvents(updated(ATTIC, "cellar"));
    acme()
      .when(update(ATTIC, { name: "Cellar" }), BOB)
      .thenRejected("forbidden");
    acme()
      .when(update(LOBBY, { name: "Cellar" }), GUEST)
      .thenRejected("forbidden");
    acme().when(update(ATTIC, {}), BLOCKED).thenRejected("blocked");
    acme().when(update(ATTIC, {}), STRANGER).thenRejected("not_found");
  });

  test("sets and clears details, and keeps the others", () => {
    acme(updated(ATTIC, "attic", { display_title: "Attic", external_ref: "X-1" }))
      .when(update(ATTIC, { external_ref: "", sidebar_section: "Old", archived: true }), ANN)
      .thenEvents(
        updated(ATTIC, "attic", { archived: true, display_title: "Attic", sidebar_section: "Old" }),
      );
  });

  test("needs a name that no other channel has", () => {
    acme()
      .when(update(ATTIC, { name: "general" }), ANN)
      .thenRejected("name_taken");
    acme()
      .when(update(ATTIC, { name: "!" }), ANN)
      .thenRejected("invalid_request");
    acme()
      .when(update(ATTIC, { name: "Attic" }), ANN)
      .thenEvents(updated(ATTIC, "attic"));
  });

  test("that one cannot see is not found", () => {
    for (const user of [BOB, OWNER]) acme().when(update(SECRET, {}), user).thenRejected("not_found");
    acme().when(update("chn_none", {}), OWNER).thenRejected("not_found");
  });
});

describe("members of a channel", () => {
  test("are added by whoever sees it, once, and only members of the workspace", () => {
    acme().when(addMember(SECRET, BOB), ANN).thenEvents(added(SECRET, BOB));
    acme().when(addMember(SECRET, ANN), ANN).thenNothing();
    acme().when(addMember(SECRET, STRANGER), ANN).thenRejected("not_found");
    acme().when(addMember(SECRET, BOB), BOB).thenRejected("not_found");
    acme().when(addMember(LOBBY, BOB), GUEST).thenRejected("forbidden");
    acme().when(addMember(SECRET, BOB), SYSTEM).thenEvents(added(SECRET, BOB));
  });

  test("are removed by managers, the channel's creator and themselves", () => {
    const open = acme(added(GENERAL, BOB));
    for (const user of [OWNER, MODERATOR, BOB])
      open.when(removeMember(GENERAL, BOB), user).thenEvents(gone(GENERAL, BOB));
    open.when(removeMember(GENERAL, BOB), ANN).thenRejected("forbidden");
    acme(added(SECRET, BOB)).when(removeMember(SECRET, BOB), ANN).thenEvents(gone(SECRET, BOB));
    acme().when(removeMember(GENERAL, ANN), OWNER).thenNothing();
    acme().when(removeMember(LOBBY, GUEST), GUEST).thenRejected("forbidden");
  });

  test("join public channels alone, and leave any", () => {
    acme().when(join(GENERAL), BOB).thenEvents(added(GENERAL, BOB));
    acme(added(GENERAL, BOB)).when(join(GENERAL), BOB).thenNothing();
    acme().when(join(SECRET), BOB).thenRejected("not_found");
    acme().when(join(GENERAL), GUEST).thenRejected("not_found");
    acme().when(leave(SECRET), ANN).thenEvents(gone(SECRET, ANN));
    acme().when(leave(LOBBY), GUEST).thenEvents(gone(LOBBY, GUEST));
    acme().when(leave(GENERAL), GUEST).thenRejected("not_found");
    acme().when(leave(GENERAL), BOB).thenNothing();
  });

  test.each([join(GENERAL), leave(GENERAL), addMember(GENERAL, BOB), removeMember(GENERAL, BOB)])(
    "are not the business of the blocked and strangers: $type",
    (command) => {
      acme().when(command, BLOCKED).thenRejected("blocked");
      acme().when(command, STRANGER).thenRejected("not_found");
    },
  );
});

test("a workspace takes a bounded number of channels", () => {
  const many = Array.from({ length: 10_000 - 4 }, (_, i) =>
    event(
      "channel.created",
      { channel_id: `chn_${i}`, name: `c${i}`, kind: "public", created_by: OWNER },
      `chn_${i}`,
    ),
  );
  acme(...many)
    .when(create("one-too-many"), OWNER)
    .thenRejected("limit_reached");
});
