import type { NewEvent } from "@clickclack/eventsourcing/Decider";
import { recorded } from "@clickclack/eventsourcing/testing/DeciderSpecification";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { describe, expect, test } from "vitest";
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
  OWNER,
  posted,
  removed,
  STRANGER,
} from "../testing/acme.ts";
import { WorkspaceDecider } from "../WorkspaceDecider.ts";
import { canSeeUpload } from "../access.ts";
import { MAX_ATTACHMENTS, MAX_UPLOAD_BYTES, MAX_UPLOADED_BYTES, MAX_UPLOADS } from "./Upload.ts";

const facts = { filename: "plan.png", content_type: "image/png", sha256: "00" };
const stored = (upload_id: string, owner_id: string, byte_size = 10) =>
  event("upload.created", { upload_id, owner_id, byte_size, ...facts });
const attached = (message_id: string, upload_id: string, attachment_count = 1, byte_size = 10) =>
  event(
    "message.attachment_added",
    { message_id, root_message_id: message_id, upload_id, byte_size, attachment_count },
    GENERAL,
  );
const create = (uploadId: string, byteSize = 10) => ({
  type: "CreateUpload" as const,
  uploadId,
  filename: "plan.png",
  contentType: "image/png",
  byteSize,
  sha256: "00",
});
const drop = (uploadId: string) => ({ type: "DeleteUpload" as const, uploadId });
const attach = (messageId: string, uploadId: string, channelId = GENERAL) => ({
  type: "AttachUpload" as const,
  channelId,
  messageId,
  uploadId,
});
const post = (messageId: string, uploadId: string) => ({
  type: "PostMessage" as const,
  channelId: GENERAL,
  messageId,
  body: "see",
  uploadId,
});
const many = (count: number, byteSize: number) =>
  Array.from({ length: count }, (_, i) => stored(`upl_${i}`, ANN, byteSize));

describe("an upload", () => {
  test("is every member's to make, and nobody else's", () => {
    for (const user of [OWNER, ANN, GUEST])
      acme().when(create("upl_1"), user).thenEvents(stored("upl_1", user));
    acme().when(create("upl_1"), BLOCKED).thenRejected("blocked");
    acme().when(create("upl_1"), STRANGER).thenRejected("not_found");
  });

  test("is not called what no file can be called", () => {
    for (const filename of ["", "a\u0000b", "a\nb", "\ud800", "a".repeat(256)])
      acme()
        .when({ ...create("upl_1"), filename }, ANN)
        .thenRejected("invalid_request");
    const filename = "../..\\Öl <b>.png";
    acme()
      .when({ ...create("upl_1"), filename }, ANN)
      .thenEvents(
        event("upload.created", { upload_id: "upl_1", owner_id: ANN, byte_size: 10, ...facts, filename }),
      );
  });

  test("is refused when its owner keeps as many files, or as many bytes, as one may", () => {
    const files = acme(...many(MAX_UPLOADS, 1));
    files.when(create("upl_x"), ANN).thenRejected("quota_exceeded");
    files.when(create("upl_x"), BOB).thenEvents(stored("upl_x", BOB));
    const bytes = acme(...many(MAX_UPLOADED_BYTES / MAX_UPLOAD_BYTES - 1, MAX_UPLOAD_BYTES));
    bytes.when(create("upl_x", MAX_UPLOAD_BYTES), ANN).thenEvents(stored("upl_x", ANN, MAX_UPLOAD_BYTES));
    bytes.when(create("upl_x", MAX_UPLOAD_BYTES + 1), ANN).thenRejected("quota_exceeded");
  });

  test("makes room when it is deleted, by itself or with its message", () => {
    const full = many(MAX_UPLOADS, 1);
    acme(...full, event("upload.deleted", { upload_id: "upl_0", owner_id: ANN, byte_size: 1 }))
      .when(create("upl_x"), ANN)
      .thenEvents(stored("upl_x", ANN));
    const gone = event(
      "message.deleted",
      {
        message_id: "msg_1",
        root_message_id: "msg_1",
        removed_uploads: [{ upload_id: "upl_0", owner_id: ANN, byte_size: 1 }],
      },
      GENERAL,
    );
    acme(...full, posted("msg_1", ANN, 1), attached("msg_1", "upl_0", 1, 1), gone)
      .when(create("upl_x"), ANN)
      .thenEvents(stored("upl_x", ANN));
  });

  test("on no message is deleted by its owner alone, and once", () => {
    const given = acme(stored("upl_1", ANN));
    given
      .when(drop("upl_1"), ANN)
      .thenEvents(event("upload.deleted", { upload_id: "upl_1", owner_id: ANN, byte_size: 10 }));
    for (const user of [BOB, OWNER, STRANGER]) given.when(drop("upl_1"), user).thenRejected("not_found");
    acme(stored("upl_1", ANN), posted("msg_1", ANN, 1), attached("msg_1", "upl_1"))
      .when(drop("upl_1"), ANN)
      .thenRejected("conflict");
  });
});

describe("attaching an upload", () => {
  const given = acme(stored("upl_1", ANN), stored("upl_2", BOB), posted("msg_1", ANN, 1));

  test("is for the author of the message, with an upload of its own", () => {
    given.when(attach("msg_1", "upl_1"), ANN).thenEvents(attached("msg_1", "upl_1"));
    given.when(attach("msg_1", "upl_2"), ANN).thenRejected("not_found");
    given.when(attach("msg_1", "upl_2"), BOB).thenRejected("not_author");
    given.when(attach("msg_1", "upl_none"), ANN).thenRejected("not_found");
    given.when(attach("msg_none", "upl_1"), ANN).thenRejected("not_found");
  });

  test("twice to one message changes nothing, and to another is a conflict", () => {
    const twice = acme(
      stored("upl_1", ANN),
      posted("msg_1", ANN, 1),
      posted("msg_2", ANN, 2),
      attached("msg_1", "upl_1"),
    );
    twice.when(attach("msg_1", "upl_1"), ANN).thenNothing();
    twice.when(attach("msg_2", "upl_1"), ANN).thenRejected("conflict");
    twice.when(post("msg_3", "upl_1"), ANN).thenRejected("conflict");
  });

  test("ends at a number", () => {
    const full = Array.from({ length: MAX_ATTACHMENTS }, (_, i) => attached("msg_1", `upl_${i}`, i + 1));
    acme(...many(MAX_ATTACHMENTS + 1, 10), posted("msg_1", ANN, 1), ...full)
      .when(attach("msg_1", `upl_${MAX_ATTACHMENTS}`), ANN)
      .thenRejected("limit_reached");
  });

  test("needs a message that stands, in a channel that takes content", () => {
    acme(stored("upl_1", ANN), posted("msg_1", ANN, 1), removed("msg_1"))
      .when(attach("msg_1", "upl_1"), ANN)
      .thenRejected("message_deleted");
    acme(stored("upl_1", ANN), posted("msg_1", ANN, 1, ATTIC), archived)
      .when(attach("msg_1", "upl_1", ATTIC), ANN)
      .thenRejected("channel_archived");
  });

  test("comes with the message that names it, and goes with it", () => {
    const attachments = [{ upload_id: "upl_1", byte_size: 10 }];
    const created = event(
      "message.created",
      { message_id: "msg_9", author_id: ANN, body: "see", attachments, channel_seq: 2 },
      GENERAL,
    );
    given.when(post("msg_9", "upl_1"), ANN).thenEvents(created);
    given.when(post("msg_9", "upl_2"), ANN).thenRejected("not_found");
    acme(stored("upl_1", ANN), posted("msg_1", ANN, 1), created)
      .when({ type: "DeleteMessage", channelId: GENERAL, messageId: "msg_9" }, OWNER)
      .thenEvents(
        event(
          "message.deleted",
          {
            message_id: "msg_9",
            root_message_id: "msg_9",
            removed_uploads: [{ upload_id: "upl_1", byte_size: 10, owner_id: ANN }],
          },
          GENERAL,
        ),
      );
  });
});

const stateOf = (...more: ReadonlyArray<NewEvent>) =>
  [...ACME, ...more]
    .map((one, i) => recorded<WorkspaceEvent>(WorkspaceDecider, "wsp_acme", one, i + 1))
    .reduce((state, one) => WorkspaceDecider.evolve(state, one), WorkspaceDecider.initial("wsp_acme"));

test("an upload is seen where its message is, and by its owner alone before", () => {
  const state = stateOf();
  for (const user of [ANN, BOB, STRANGER, BLOCKED])
    expect(canSeeUpload(state, user, { ownerId: ANN, channelId: null })).toBe(user === ANN);
  for (const user of [ANN, BOB, GUEST, STRANGER, BLOCKED])
    expect(canSeeUpload(state, user, { ownerId: STRANGER, channelId: GENERAL })).toBe(
      user === ANN || user === BOB,
    );
});

test("what is kept and attached survives a snapshot", () => {
  const state = stateOf(stored("upl_1", ANN), posted("msg_1", ANN, 1), attached("msg_1", "upl_1"));
  const { encode, decode } = WorkspaceDecider.snapshot;
  const again = decode(JSON.parse(JSON.stringify(encode(state))));
  expect(again).toEqual(state);
});
