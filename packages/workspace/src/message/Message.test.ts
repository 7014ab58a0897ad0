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
  posted,
  removed,
  replied,
  SECRET,
  STRANGER,
} from "../testing/acme.ts";

const post = (channelId: string) =>
  ({ type: "PostMessage", channelId, messageId: "msg_new", body: "hi" }) as const;
const edit = (messageId: string, channelId: string = GENERAL) =>
  ({ type: "EditMessage", channelId, messageId, body: "better" }) as const;
const remove = (messageId: string, channelId: string = GENERAL) =>
  ({ type: "DeleteMessage", channelId, messageId }) as const;
const created = (author_id: string, channel_seq: number, channel: string, rest: object = {}) =>
  event("message.created", { message_id: "msg_new", author_id, body: "hi", ...rest, channel_seq }, channel);
const updated = (message_id: string, root_message_id = message_id) =>
  event("message.updated", { message_id, root_message_id, body: "better" }, GENERAL);

const topic = (topic_id: string, channelId?: string) =>
  event("topic.created", { topic_id, name: topic_id, created_by: ANN }, channelId);

describe("posting a message", () => {
  test("numbers it within its channel", () => {
    acme()
      .when(post(GENERAL), ANN)
      .thenEvents(created(ANN, 1, GENERAL));
    acme(posted("msg_1", BOB, 1), posted("msg_2", BOB, 1, LOBBY), posted("msg_3", BOB, 2))
      .when(post(GENERAL), ANN)
      .thenEvents(created(ANN, 3, GENERAL));
  });

  test("keeps what it carries", () => {
    acme(topic("top"))
      .when(
        {
          ...post(GENERAL),
          nonce: "n",
          kind: "k",
          turnId: "t",
          topicId: "top",
          meta: { sig: "s" },
          quote: { messageId: "msg_q", body: "quoted", authorId: BOB },
        },
        ANN,
      )
      .thenEvents(
        created(ANN, 1, GENERAL, {
          nonce: "n",
          kind: "k",
          turn_id: "t",
          topic_id: "top",
          quoted_message_id: "msg_q",
          quoted_body_snapshot: "quoted",
          quoted_author_id: BOB,
          meta: { sig: "s" },
        }),
      );
  });

  test("names a topic of its channel or of the workspace", () => {
    const about = (topicId: string) => ({ ...post(GENERAL), topicId });
    const topics = acme(topic("top_wide"), topic("top_mine", GENERAL), topic("top_other", LOBBY));
    for (const id of ["top_wide", "top_mine"])
      topics.when(about(id), ANN).thenEvents(created(ANN, 1, GENERAL, { topic_id: id }));
    for (const id of ["top_other", "top_none", ""])
      topics.when(about(id), ANN).thenRejected("invalid_request");
  });

  test("needs an open channel that one sees", () => {
    acme()
      .when(post(SECRET), ANN)
      .thenEvents(created(ANN, 1, SECRET));
    for (const user of [BOB, OWNER, GUEST]) acme().when(post(SECRET), user).thenRejected("not_found");
    acme()
      .when(post(LOBBY), GUEST)
      .thenEvents(created(GUEST, 1, LOBBY));
    acme().when(post(GENERAL), GUEST).thenRejected("not_found");
    acme().when(post("chn_none"), ANN).thenRejected("not_found");
    acme(archived).when(post(ATTIC), ANN).thenRejected("channel_archived");
    acme().when(post(GENERAL), BLOCKED).thenRejected("blocked");
    acme().when(post(GENERAL), STRANGER).thenRejected("not_found");
  });
});

describe("editing a message", () => {
  test("is for its author alone", () => {
    const given = acme(posted("msg_1", ANN, 1));
    given.when(edit("msg_1"), ANN).thenEvents(updated("msg_1"));
    for (const user of [BOB, OWNER, MODERATOR, SYSTEM])
      given.when(edit("msg_1"), user).thenRejected("not_author");
    given.when(edit("msg_1"), GUEST).thenRejected("not_found");
    given.when(edit("msg_1"), BLOCKED).thenRejected("blocked");
    given.when(edit("msg_1"), STRANGER).thenRejected("not_found");
  });

  test("of a reply names its root", () => {
    acme(posted("msg_1", BOB, 1), replied("msg_2", ANN, "msg_1", 1))
      .when(edit("msg_2"), ANN)
      .thenEvents(updated("msg_2", "msg_1"));
  });

  test("that is unknown, deleted, elsewhere or in an archived channel is refused", () => {
    acme().when(edit("msg_1"), ANN).thenRejected("not_found");
    acme(posted("msg_1", ANN, 1), removed("msg_1"))
      .when(edit("msg_1"), ANN)
      .thenRejected("message_deleted");
    acme(posted("msg_1", ANN, 1))
      .when(edit("msg_1", SECRET), ANN)
      .thenRejected("not_found");
    acme(posted("msg_1", ANN, 1, ATTIC), archived)
      .when(edit("msg_1", ATTIC), ANN)
      .thenRejected("channel_archived");
  });
});

describe("deleting a message", () => {
  test("is for its author and managers, also in an archived channel", () => {
    const given = acme(posted("msg_1", ANN, 1, ATTIC), archived);
    for (const user of [ANN, OWNER, MODERATOR, SYSTEM]) {
      given.when(remove("msg_1", ATTIC), user).thenEvents(removed("msg_1", "msg_1", ATTIC));
    }
    given.when(remove("msg_1", ATTIC), BOB).thenRejected("not_author");
    given.when(remove("msg_1", ATTIC), GUEST).thenRejected("not_found");
    given.when(remove("msg_1", ATTIC), BLOCKED).thenRejected("blocked");
    given.when(remove("msg_1", ATTIC), STRANGER).thenRejected("not_found");
  });

  test("twice changes nothing", () => {
    acme(posted("msg_1", ANN, 1), removed("msg_1"))
      .when(remove("msg_1"), ANN)
      .thenNothing();
  });

  test("that is unknown or elsewhere is not found", () => {
    acme().when(remove("msg_1"), ANN).thenRejected("not_found");
    acme(posted("msg_1", ANN, 1))
      .when(remove("msg_1", LOBBY), ANN)
      .thenRejected("not_found");
    acme(posted("msg_1", ANN, 1, SECRET))
      .when(remove("msg_1", SECRET), OWNER)
      .thenRejected("not_found");
  });

  test("that is a reply counts it off its thread", () => {
    const state = (reply_count: number) =>
      event(
        "thread.state_updated",
        {
          root_message_id: "msg_1",
          reply_count,
          last_reply_at: "2030-01-01T00:00:00.000Z",
          last_reply_author_ids: [ANN],
        },
        GENERAL,
      );
    acme(posted("msg_1", BOB, 1), replied("msg_2", ANN, "msg_1", 1), state(1))
      .when(remove("msg_2"), ANN)
      .thenEvents(removed("msg_2", "msg_1"), state(0));
  });
});
