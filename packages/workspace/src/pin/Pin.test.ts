import { describe, test } from "vitest";
import { event } from "../rules.ts";
import { acme, ANN, archived, ATTIC, BOB, GENERAL, OWNER, posted, SECRET } from "../testing/acme.ts";

const payload = (channel_id: string, message_id: string, pinned_by: string) => ({
  channel_id,
  message_id,
  pinned_by,
});
const pinned = (channel: string, message: string, by = ANN) =>
  event("pin.added", payload(channel, message, by), channel);
const unpinned = (channel: string, message: string, by = ANN) =>
  event("pin.removed", payload(channel, message, by), channel);
const change = (type: "PinMessage" | "UnpinMessage", channelId: string, messageId: string) => ({
  type,
  channelId,
  messageId,
});

const CONVERSATION = "dm_ann_bob";
const conversation = event(
  "dm.created",
  { direct_conversation_id: CONVERSATION, member_ids: [ANN, BOB], created_by: ANN },
  CONVERSATION,
);

describe.each(["PinMessage", "UnpinMessage"] as const)("%s", (type) => {
  test("changes what is pinned in a channel that one sees", () => {
    const before = type === "PinMessage" ? [] : [pinned(GENERAL, "msg_1")];
    const after = (type === "PinMessage" ? pinned : unpinned)(GENERAL, "msg_1", BOB);
    acme(posted("msg_1", ANN, 1), ...before)
      .when(change(type, GENERAL, "msg_1"), BOB)
      .thenEvents(after);
    acme(posted("msg_1", ANN, 1, SECRET), pinned(SECRET, "msg_1"))
      .when(change(type, SECRET, "msg_1"), OWNER)
      .thenRejected("not_found");
  });

  test("changes nothing in an archived channel, whatever is pinned there", () => {
    const attic = [posted("msg_1", ANN, 1, ATTIC), posted("msg_2", ANN, 2, ATTIC), pinned(ATTIC, "msg_1")];
    for (const id of ["msg_1", "msg_2"])
      acme(...attic, archived)
        .when(change(type, ATTIC, id), ANN)
        .thenRejected("channel_archived");
  });

  test("has nothing to do in conversations", () => {
    acme(conversation, posted("msg_1", ANN, 1, CONVERSATION))
      .when(change(type, CONVERSATION, "msg_1"), ANN)
      .thenRejected("not_found");
  });
});
