import { timeAfter } from "@clickclack/eventsourcing/testing/DeciderSpecification";
import { describe, test } from "vitest";
import { event } from "../rules.ts";
import {
  ACME,
  acme,
  ANN,
  ATTIC,
  archived,
  BLOCKED,
  BOB,
  GENERAL,
  GUEST,
  LOBBY,
  OWNER,
  posted,
  removed,
  replied,
  SECRET,
  STRANGER,
} from "../testing/acme.ts";

const reply = (rootId: string, channelId: string = GENERAL) =>
  ({ type: "ReplyInThread", channelId, rootId, messageId: "msg_new", body: "yes" }) as const;
const created = (author_id: string, root_message_id: string, thread_seq: number, channel: string = GENERAL) =>
  event(
    "thread.reply_created",
    { message_id: "msg_new", author_id, body: "yes", root_message_id, thread_seq },
    channel,
  );
const state = (
  reply_count: number,
  last_reply_author_ids: ReadonlyArray<string>,
  at: number,
  channel: string = GENERAL,
) =>
  event(
    "thread.state_updated",
    { root_message_id: "msg_1", reply_count, last_reply_at: timeAfter(at), last_reply_author_ids },
    channel,
  );

describe("replying in a thread", () => {
  test("numbers the reply within its thread, and tells the thread's new state", () => {
    acme(posted("msg_1", BOB, 1))
      .when(reply("msg_1"), ANN)
      .thenEvents(created(ANN, "msg_1", 1), state(1, [ANN], ACME.length + 1));
  });

  test("tells the last three who replied, newest first, each once", () => {
    acme(posted("msg_1", BOB, 1), replied("msg_2", BOB, "msg_1", 1), state(1, [ANN, BOB, OWNER], 0))
      .when(reply("msg_1"), BOB)
      .thenEvents(created(BOB, "msg_1", 2), state(2, [BOB, ANN, OWNER], ACME.length + 3));
    acme(posted("msg_1", BOB, 1), state(3, [ANN, BOB, OWNER], 0))
      .when(reply("msg_1", GENERAL), "usr_moderator")
      .thenEvents(
        created("usr_moderator", "msg_1", 1),
        state(4, ["usr_moderator", ANN, BOB], ACME.length + 2),
      );
  });

  test("never uses a number again, also after a reply was deleted", () => {
    acme(
      posted("msg_1", BOB, 1),
      replied("msg_2", ANN, "msg_1", 1),
      state(1, [ANN], 0),
      removed("msg_2", "msg_1"),
      state(0, [ANN], 0),
    )
      .when(reply("msg_1"), ANN)
      .thenEvents(created(ANN, "msg_1", 2), state(1, [ANN], ACME.length + 5));
  });

  test("needs a root: replies have no replies", () => {
    acme(posted("msg_1", BOB, 1), replied("msg_2", ANN, "msg_1", 1))
      .when(reply("msg_2"), ANN)
      .thenRejected("invalid_parent");
  });

  test("needs a message that is there, where one sees it, undeleted and not archived", () => {
    acme().when(reply("msg_1"), ANN).thenRejected("not_found");
    acme(posted("msg_1", BOB, 1))
      .when(reply("msg_1", LOBBY), ANN)
      .thenRejected("not_found");
    acme(posted("msg_1", ANN, 1, SECRET))
      .when(reply("msg_1", SECRET), BOB)
      .thenRejected("not_found");
    acme(posted("msg_1", BOB, 1), removed("msg_1"))
      .when(reply("msg_1"), ANN)
      .thenRejected("message_deleted");
    acme(posted("msg_1", BOB, 1, ATTIC), archived)
      .when(reply("msg_1", ATTIC), ANN)
      .thenRejected("channel_archived");
    acme(posted("msg_1", BOB, 1))
      .when(reply("msg_1"), GUEST)
      .thenRejected("not_found");
    acme(posted("msg_1", BOB, 1))
      .when(reply("msg_1"), BLOCKED)
      .thenRejected("blocked");
    acme(posted("msg_1", BOB, 1))
      .when(reply("msg_1"), STRANGER)
      .thenRejected("not_found");
  });
});
