import { describe, test } from "vitest";
import { event } from "../rules.ts";
import { acme, ANN, ATTIC, BOB, GENERAL, MODERATOR, OWNER } from "../testing/acme.ts";
import type { ModeChange } from "./ChannelModes.ts";

const modes = (...changes: ReadonlyArray<ModeChange>) =>
  ({ type: "ChangeChannelModes", channelId: ATTIC, changes }) as const;
const topic = (text: string, channelId = ATTIC) =>
  ({ type: "SetChannelTopic", channelId, topic: text }) as const;
const join = (keyHash?: string) =>
  ({ type: "JoinChannel", channelId: ATTIC, ...(keyHash && { keyHash }) }) as const;
const post = { type: "PostMessage", channelId: ATTIC, messageId: "msg_1", body: "hi" } as const;
const with_ = (set: object) =>
  event("channel.modes_changed", { channel_id: ATTIC, set_by: ANN, changes: [], modes: set }, ATTIC);
const joined = (user_id: string) => event("channel.member_added", { channel_id: ATTIC, user_id }, ATTIC);

describe("modes", () => {
  test("are for operators: its maker, whoever was named, and the workspace's managers", () => {
    for (const user of [ANN, OWNER, MODERATOR]) {
      acme()
        .when(modes({ mode: "+m" }), user)
        .thenEvents(
          event(
            "channel.modes_changed",
            { channel_id: ATTIC, set_by: user, changes: [{ mode: "+m" }], modes: { moderated: true } },
            ATTIC,
          ),
        );
    }
    acme()
      .when(modes({ mode: "+m" }), BOB)
      .thenRejected("forbidden");
    acme(joined(BOB), with_({ operators: [BOB] }))
      .when(modes({ mode: "+m" }), ANN)
      .thenRejected("forbidden");
  });

  test("that stand already are no change", () => {
    acme()
      .when(modes({ mode: "-m" }), ANN)
      .thenNothing();
    acme(with_({ moderated: true }))
      .when(modes({ mode: "+m" }), ANN)
      .thenNothing();
  });

  test("may make a channel secret, which takes nothing from those who know its name", () => {
    const secret = {
      channel_id: ATTIC,
      set_by: ANN,
      changes: [{ mode: "+s" }],
      modes: { secret: true },
    } as const;
    acme()
      .when(modes({ mode: "+s" }), ANN)
      .thenEvents(event("channel.modes_changed", secret, ATTIC));
    acme(with_({ secret: true }))
      .when(join(), BOB)
      .thenEvents(joined(BOB));
  });

  test("about a member need one of the channel", () => {
    acme()
      .when(modes({ mode: "+o", argument: BOB }), ANN)
      .thenRejected("not_found");
  });

  test("never tell the key", () => {
    acme()
      .when(modes({ mode: "+k", argument: "hash" }), ANN)
      .thenEvents(
        event(
          "channel.modes_changed",
          { channel_id: ATTIC, set_by: ANN, changes: [{ mode: "+k" }], modes: { key_hash: "hash" } },
          ATTIC,
        ),
      );
  });

  test("list a hundred bans at most", () => {
    const bans = Array.from({ length: 100 }, (_, n) => `x${n}!*@*`);
    acme(with_({ bans }))
      .when(modes({ mode: "+b", argument: "y!*@*" }), ANN)
      .thenRejected("limit_reached");
  });
});

describe("joining", () => {
  test("is refused for want of an invitation, a key or room, and to the banned", () => {
    acme(with_({ invite_only: true }))
      .when(join(), BOB)
      .thenRejected("invite_only");
    acme(with_({ key_hash: "abc" }))
      .when(join("abd"), BOB)
      .thenRejected("bad_channel_key");
    acme(with_({ member_limit: 1 }))
      .when(join(), BOB)
      .thenRejected("channel_full");
    acme(with_({ bans: [`*!${BOB}@*`] }))
      .when(join(), BOB)
      .thenRejected("banned");
  });

  test("is open to the invited, to who knows the key, and to operators", () => {
    const invited = event("channel.invited", { channel_id: ATTIC, user_id: BOB, invited_by: ANN }, ATTIC);
    acme(with_({ invite_only: true }), invited)
      .when(join(), BOB)
      .thenEvents(joined(BOB));
    acme(with_({ key_hash: "abc" }))
      .when(join("abc"), BOB)
      .thenEvents(joined(BOB));
    acme(with_({ invite_only: true, key_hash: "abc" }))
      .when(join(), MODERATOR)
      .thenEvents(joined(MODERATOR));
  });
});

describe("speaking", () => {
  test("in a moderated channel is for operators and the voiced", () => {
    acme(joined(BOB), with_({ moderated: true }))
      .when(post, BOB)
      .thenRejected("forbidden");
    acme(joined(BOB), with_({ moderated: true, bans: ["*"] }))
      .when(post, BOB)
      .thenRejected("forbidden");
    acme(joined(BOB), with_({ moderated: true, voiced: [BOB] }))
      .when(post, BOB)
      .thenEvents(
        event("message.created", { message_id: "msg_1", author_id: BOB, body: "hi", channel_seq: 1 }, ATTIC),
      );
  });

  test("is refused to who is outside where only members speak, and to the banned", () => {
    acme(with_({ members_only: true }))
      .when(post, BOB)
      .thenRejected("forbidden");
    acme(joined(BOB), with_({ bans: [`*!${BOB}@*`] }))
      .when(post, BOB)
      .thenRejected("banned");
  });
});

describe("the topic", () => {
  test("is for members to set, or operators alone where it is locked", () => {
    const set = event("channel.topic_changed", { channel_id: ATTIC, topic: "x", set_by: BOB }, ATTIC);
    acme(joined(BOB)).when(topic("x"), BOB).thenEvents(set);
    acme(joined(BOB), set).when(topic("x"), BOB).thenNothing();
    acme().when(topic("x"), BOB).thenRejected("forbidden");
    acme(joined(BOB), with_({ topic_locked: true }))
      .when(topic("x"), BOB)
      .thenRejected("forbidden");
    acme()
      .when(topic("y".repeat(2_001), GENERAL), OWNER)
      .thenRejected("invalid_request");
  });
});

describe("inviting", () => {
  const invite = { type: "InviteToChannel", channelId: ATTIC, userId: BOB } as const;

  test("is for members, or operators alone where joining takes it", () => {
    const invited = event("channel.invited", { channel_id: ATTIC, user_id: BOB, invited_by: ANN }, ATTIC);
    acme().when(invite, ANN).thenEvents(invited);
    acme().when(invite, BOB).thenRejected("forbidden");
    acme(joined(BOB)).when(invite, ANN).thenNothing();
    acme(joined(OWNER), with_({ invite_only: true }))
      .when({ ...invite, userId: "usr_nobody" }, ANN)
      .thenRejected("not_found");
  });
});
