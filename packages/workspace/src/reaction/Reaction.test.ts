import { describe, test } from "vitest";
import { event } from "../rules.ts";
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
  posted,
  removed,
  replied,
  SECRET,
  STRANGER,
} from "../testing/acme.ts";

const add = (emoji = "👍", channelId: string = GENERAL) =>
  ({ type: "AddReaction", channelId, messageId: "msg_1", emoji }) as const;
const remove = (emoji = "👍", channelId: string = GENERAL) =>
  ({ type: "RemoveReaction", channelId, messageId: "msg_1", emoji }) as const;
const added = (user_id: string, count: number, emoji = "👍") =>
  event("reaction.added", { message_id: "msg_1", emoji, user_id, count }, GENERAL);
const gone = (user_id: string, count: number, emoji = "👍") =>
  event("reaction.removed", { message_id: "msg_1", emoji, user_id, count }, GENERAL);
const message = posted("msg_1", BOB, 1);

describe("reacting", () => {
  test("counts people by emoji", () => {
    acme(message).when(add(), ANN).thenEvents(added(ANN, 1));
    acme(message, added(BOB, 1)).when(add(), ANN).thenEvents(added(ANN, 2));
    acme(message, added(BOB, 1))
      .when(add("🎉"), ANN)
      .thenEvents(added(ANN, 1, "🎉"));
    acme(message, added(BOB, 1), added(ANN, 2)).when(remove(), BOB).thenEvents(gone(BOB, 1));
    acme(message, added(BOB, 1)).when(remove(), BOB).thenEvents(gone(BOB, 0));
  });

  test("twice, or taking back what is not there, changes nothing", () => {
    acme(message, added(ANN, 1)).when(add(), ANN).thenNothing();
    acme(message, added(BOB, 1)).when(remove(), ANN).thenNothing();
    acme(message, added(ANN, 1), gone(ANN, 0)).when(remove(), ANN).thenNothing();
  });

  test("works on replies too", () => {
    acme(posted("msg_0", BOB, 1), replied("msg_1", BOB, "msg_0", 1))
      .when(add(), ANN)
      .thenEvents(added(ANN, 1));
  });

  test("takes fifty different emoji a message; more people may join those", () => {
    const fifty = Array.from({ length: 50 }, (_, i) => added(BOB, 1, `:e${i}:`));
    acme(message, ...fifty)
      .when(add(), ANN)
      .thenRejected("limit_reached");
    acme(message, ...fifty)
      .when(add(":e7:"), ANN)
      .thenEvents(added(ANN, 2, ":e7:"));
    acme(message, ...fifty, gone(BOB, 0, ":e7:"))
      .when(add(), ANN)
      .thenEvents(added(ANN, 1));
  });
});

describe.each([add, remove])("%o", (command) => {
  test("needs a message that is there, where one sees it, undeleted and not archived", () => {
    acme().when(command(), ANN).thenRejected("not_found");
    acme(message).when(command("👍", LOBBY), ANN).thenRejected("not_found");
    acme(posted("msg_1", ANN, 1, SECRET))
      .when(command("👍", SECRET), BOB)
      .thenRejected("not_found");
    acme(message, removed("msg_1")).when(command(), ANN).thenRejected("message_deleted");
    acme(posted("msg_1", BOB, 1, ATTIC), archived)
      .when(command("👍", ATTIC), ANN)
      .thenRejected("channel_archived");
    acme(message).when(command(), GUEST).thenRejected("not_found");
    acme(message).when(command(), BLOCKED).thenRejected("blocked");
    acme(message).when(command(), STRANGER).thenRejected("not_found");
  });
});
