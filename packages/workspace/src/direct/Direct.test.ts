import { test } from "vitest";
import { event } from "../rules.ts";
import { acme, ANN, BOB, GUEST, LOBBY, OWNER } from "../testing/acme.ts";

const open = (...memberIds: ReadonlyArray<string>) =>
  ({ type: "OpenConversation", channelId: "dm_1", memberIds }) as const;
const opened = (created_by: string, ...member_ids: ReadonlyArray<string>) =>
  event("dm.created", { direct_conversation_id: "dm_1", member_ids, created_by }, "dm_1");

test("a guest opens conversations with those whom it sees, and nobody else", () => {
  acme()
    .when(open(GUEST, OWNER), GUEST)
    .thenEvents(opened(GUEST, GUEST, OWNER));
  acme().when(open(GUEST), GUEST).thenEvents(opened(GUEST, GUEST));
  acme().when(open(GUEST, BOB), GUEST).thenRejected("not_found");
  acme()
    .when(open(GUEST, OWNER, BOB), GUEST)
    .thenRejected("not_found");
  acme(event("channel.member_added", { channel_id: LOBBY, user_id: BOB }, LOBBY))
    .when(open(GUEST, BOB), GUEST)
    .thenEvents(opened(GUEST, GUEST, BOB));
});

test("others open conversations with guests, which makes them seen", () => {
  acme()
    .when(open(ANN, GUEST), ANN)
    .thenEvents(opened(ANN, ANN, GUEST));
  acme(opened(ANN, ANN, GUEST))
    .when({ ...open(GUEST, ANN), channelId: "dm_2" }, GUEST)
    .thenEvents({
      ...opened(GUEST, GUEST, ANN),
      channel_id: "dm_2",
      payload: { direct_conversation_id: "dm_2", member_ids: [GUEST, ANN], created_by: GUEST },
    } as never);
});
