import { timeAfter } from "@clickclack/eventsourcing/testing/DeciderSpecification";
import type { Role, WorkspacePayload } from "@clickclack/protocol/events/WorkspaceEvents";
import { describe, expect, test } from "vitest";
import { event, SYSTEM } from "../rules.ts";
import {
  ACME,
  acme,
  ANN,
  BLOCKED,
  BOB,
  GENERAL,
  GUEST,
  MODERATOR,
  OWNER,
  STRANGER,
} from "../testing/acme.ts";
import { MAX_TIMEOUT_MS, type ModerationChanges } from "./Moderation.ts";

const OTHER = "usr_other_moderator";
const BOT = "usr_bot";
const more = [
  event("member.added", { user_id: OTHER, role: "moderator" }),
  event("member.added", { user_id: BOT, role: "bot" }),
];
const there = (...events: ReadonlyArray<ReturnType<typeof event>>) => acme(...more, ...events);
const NOW = timeAfter(ACME.length + more.length);
const after = (ms: number) => new Date(Date.parse(NOW) + ms).toISOString();

const moderate = (userId: string, changes: ModerationChanges) =>
  ({ type: "ModerateMember", userId, changes }) as const;
const moderated = (user_id: string, change: Partial<WorkspacePayload<"member.moderation_updated">>) =>
  event("member.moderation_updated", { user_id, role: "member", blocked: false, ...change });

const ROLES: Readonly<Record<string, Role>> = {
  [OWNER]: "owner",
  [OTHER]: "moderator",
  [MODERATOR]: "moderator",
  [ANN]: "member",
  [GUEST]: "guest",
  [BOT]: "bot",
};

/** What each action leaves of a member. */
const ACTIONS = {
  "time out": [{ timeout: { minutes: 5 } }, { timeout_until: after(300_000) }],
  block: [{ blocked: true }, { blocked: true }],
  note: [{ note: "rude" }, { moderation_note: "rude" }],
  "make member": [{ role: "member" }, { role: "member" }],
  "make guest": [{ role: "guest" }, { role: "guest" }],
  "make moderator": [{ role: "moderator" }, { role: "moderator" }],
  "make owner": [{ role: "owner" }, { role: "owner" }],
  "make bot": [{ role: "bot" }, { role: "bot" }],
} as const satisfies Record<string, readonly [ModerationChanges, object]>;
type Action = keyof typeof ACTIONS;

const SILENCE = ["time out", "block", "note"] as const;
const PEOPLE = ["make member", "make guest"] as const;

/** What each actor may do to each target; where nothing stands, nothing. */
const MAY: Readonly<Record<string, Readonly<Record<string, ReadonlyArray<Action>>>>> = {
  [OWNER]: {
    [OTHER]: [...SILENCE, ...PEOPLE],
    [MODERATOR]: [...SILENCE, ...PEOPLE],
    [ANN]: [...SILENCE, "make guest", "make moderator"],
    [GUEST]: [...SILENCE, "make member", "make moderator"],
    [BOT]: SILENCE,
  },
  [MODERATOR]: {
    [ANN]: [...SILENCE, "make guest"],
    [GUEST]: [...SILENCE, "make member"],
    [BOT]: SILENCE,
  },
  [ANN]: {},
  [GUEST]: {},
  [BOT]: {},
};

const matrix = [...Object.keys(MAY), SYSTEM].flatMap((actor) =>
  Object.keys(ROLES).flatMap((target) =>
    (Object.keys(ACTIONS) as ReadonlyArray<Action>).map((action) => ({ actor, target, action })),
  ),
);

describe("the matrix of ranks", () => {
  test.each(matrix)("$actor: $action $target", ({ actor, target, action }) => {
    const role = ROLES[target]!;
    const [changes, left] = ACTIONS[action];
    const outcome = there().when(moderate(target, changes), actor);
    const rights = MAY[actor === SYSTEM ? OWNER : actor]![target] ?? [];
    const manages = rights.length > 0;
    if (rights.includes(action)) outcome.thenEvents(moderated(target, { role, ...left }));
    else if (manages && action === `make ${role}`) outcome.thenNothing();
    else outcome.thenRejected("forbidden");
  });

  test("strangers find nothing, the blocked are told, and who is no member is none to managers", () => {
    there()
      .when(moderate(ANN, { blocked: true }), STRANGER)
      .thenRejected("not_found");
    there()
      .when(moderate(ANN, { blocked: true }), BLOCKED)
      .thenRejected("blocked");
    for (const user of [OWNER, MODERATOR])
      there()
        .when(moderate(STRANGER, { blocked: true }), user)
        .thenRejected("not_found");
  });
});

describe("a moderation", () => {
  test("tells the whole state, also of what stays", () => {
    const before = moderated(ANN, { role: "guest", moderation_note: "rude", timeout_until: after(600_000) });
    there(before)
      .when(moderate(ANN, { blocked: true }), OWNER)
      .thenEvents(
        moderated(ANN, {
          role: "guest",
          blocked: true,
          timeout_until: after(600_000),
          moderation_note: "rude",
        }),
      );
    there(before)
      .when(moderate(ANN, { timeout: "none", note: "" }), OWNER)
      .thenEvents(moderated(ANN, { role: "guest" }));
  });

  test("that changes nothing records nothing", () => {
    const before = moderated(ANN, { moderation_note: "rude", timeout_until: after(600_000) });
    for (const changes of [{}, { blocked: false }, { role: "member" }, { note: "rude" }] as const)
      there(before).when(moderate(ANN, changes), OWNER).thenNothing();
    there()
      .when(moderate(ANN, { timeout: "none" }), OWNER)
      .thenNothing();
    there()
      .when(moderate(BLOCKED, { blocked: true }), MODERATOR)
      .thenNothing();
  });

  test("drops a timeout that is over", () => {
    there(moderated(ANN, { timeout_until: NOW }))
      .when(moderate(ANN, { note: "rude" }), OWNER)
      .thenEvents(moderated(ANN, { moderation_note: "rude" }));
  });
});

describe("a timeout", () => {
  test("ends in the future, within 28 days", () => {
    const at = (timeout: ModerationChanges["timeout"] & object) =>
      there().when(moderate(ANN, { timeout }), MODERATOR, NOW);
    at({ until: after(MAX_TIMEOUT_MS) }).thenEvents(moderated(ANN, { timeout_until: after(MAX_TIMEOUT_MS) }));
    for (const until of [NOW, after(-1), after(MAX_TIMEOUT_MS + 1), "soon"])
      at({ until }).thenRejected("invalid_request");
    for (const minutes of [0, -5, 28 * 24 * 60 + 1, 2 ** 53]) at({ minutes }).thenRejected("invalid_request");
  });

  const out = (user_id: string, role: Role = "member") =>
    moderated(user_id, { role, timeout_until: after(60_000) });
  const post = { type: "PostMessage", channelId: GENERAL, messageId: "msg_new", body: "hi" } as const;
  const said = event(
    "message.created",
    { message_id: "msg_1", author_id: ANN, body: "a", channel_seq: 1 },
    GENERAL,
  );
  const upload = event("upload.created", {
    upload_id: "upl_1",
    owner_id: ANN,
    filename: "f",
    content_type: "text/plain",
    byte_size: 1,
    sha256: "00",
  });
  const ofMessage = { channelId: GENERAL, messageId: "msg_1" } as const;

  test.each([
    post,
    { type: "EditMessage", ...ofMessage, body: "b" },
    { type: "ReplyInThread", channelId: GENERAL, rootId: "msg_1", messageId: "msg_new", body: "b" },
    { type: "AddReaction", ...ofMessage, emoji: "x" },
    { type: "RemoveReaction", ...ofMessage, emoji: "x" },
    { type: "PinMessage", ...ofMessage },
    { type: "UnpinMessage", ...ofMessage },
    { type: "AttachUpload", ...ofMessage, uploadId: "upl_1" },
    { type: "CreateUpload", uploadId: "upl_2", filename: "f", contentType: "a/b", byteSize: 1, sha256: "00" },
    { type: "CreateChannel", channelId: "chn_new", name: "new", kind: "public", details: {} },
    { type: "UpdateChannel", channelId: GENERAL, changes: { archived: true } },
    { type: "JoinChannel", channelId: GENERAL },
    { type: "AddChannelMember", channelId: GENERAL, userId: BOB },
    { type: "CreateTopic", topicId: "top_1", name: "t" },
    { type: "CreateTopic", topicId: "top_1", name: "t", topicChannelId: GENERAL },
    { type: "OpenConversation", channelId: "dm_1", memberIds: [ANN, BOB] },
  ] as const)("keeps from writing: $type", (command) => {
    there(said, upload, out(ANN)).when(command, ANN).thenRejected("timed_out");
  });

  test("keeps managers from managing", () => {
    const given = there(said, out(MODERATOR, "moderator"));
    for (const command of [
      moderate(BOB, { blocked: true }),
      { type: "AddMember", userId: "usr_new", role: "member" },
      { type: "RemoveMember", userId: BOB },
      { type: "UpdateWorkspace", name: "Mine" },
    ] as const)
      given.when(command, MODERATOR).thenRejected("timed_out");
    given.when({ type: "DeleteMessage", ...ofMessage }, MODERATOR).thenRejected("not_author");
  });

  test("tells nothing of what one may not see", () => {
    there(out(BOB))
      .when({ ...post, channelId: "chn_secret" }, BOB)
      .thenRejected("not_found");
    there(out(BOB)).when({ type: "JoinChannel", channelId: "chn_secret" }, BOB).thenRejected("not_found");
  });

  test("lets take back what is one's own, and leave", () => {
    const given = there(
      said,
      upload,
      event("channel.member_added", { channel_id: GENERAL, user_id: ANN }, GENERAL),
      out(ANN),
    );
    given
      .when({ type: "DeleteMessage", ...ofMessage }, ANN)
      .thenEvents(event("message.deleted", { message_id: "msg_1", root_message_id: "msg_1" }, GENERAL));
    given
      .when({ type: "DeleteUpload", uploadId: "upl_1" }, ANN)
      .thenEvents(event("upload.deleted", { upload_id: "upl_1", owner_id: ANN, byte_size: 1 }));
    given
      .when({ type: "LeaveChannel", channelId: GENERAL }, ANN)
      .thenEvents(event("channel.member_removed", { channel_id: GENERAL, user_id: ANN }, GENERAL));
    given
      .when({ type: "RemoveMember", userId: ANN }, ANN)
      .thenEvents(
        event("member.removed", { user_id: ANN, channel_ids: [GENERAL, "chn_secret", "chn_attic"] }),
      );
  });

  test("is over at its time", () => {
    const posted = event(
      "message.created",
      { message_id: "msg_new", author_id: ANN, body: "hi", channel_seq: 1 },
      GENERAL,
    );
    there(out(ANN)).when(post, ANN, after(59_999)).thenRejected("timed_out");
    there(out(ANN)).when(post, ANN, after(60_000)).thenEvents(posted);
    expect(MAX_TIMEOUT_MS).toBe(28 * 86_400_000);
  });
});

test("a block shuts out until it is taken back", () => {
  const post = { type: "PostMessage", channelId: GENERAL, messageId: "msg_1", body: "hi" } as const;
  const posted = event(
    "message.created",
    { message_id: "msg_1", author_id: ANN, body: "hi", channel_seq: 1 },
    GENERAL,
  );
  acme(moderated(ANN, { blocked: true }))
    .when(post, ANN)
    .thenRejected("blocked");
  acme(moderated(ANN, { blocked: true }), moderated(ANN, {}))
    .when(post, ANN)
    .thenEvents(posted);
});
