import type { NewEvent } from "@clickclack/eventsourcing/Decider";
import { deciderSpecification } from "@clickclack/eventsourcing/testing/DeciderSpecification";
import type { Role } from "@clickclack/protocol/events/WorkspaceEvents";
import { event } from "../rules.ts";
import { WorkspaceDecider } from "../WorkspaceDecider.ts";

/** People of the workspace Acme, by what they are; `stranger` is nobody there, `blocked` is a blocked member. */
export const OWNER = "usr_owner";
export const MODERATOR = "usr_moderator";
export const ANN = "usr_ann";
export const BOB = "usr_bob";
export const GUEST = "usr_guest";
export const BLOCKED = "usr_blocked";
export const STRANGER = "usr_stranger";

/** Channels: `general` is public, Ann made the private `secret` and the archived `attic`; the guest joined `lobby`. */
export const GENERAL = "chn_general";
export const SECRET = "chn_secret";
export const ATTIC = "chn_attic";
export const LOBBY = "chn_lobby";
export const CHANNELS = [GENERAL, SECRET, ATTIC, LOBBY] as const;

const member = (user_id: string, role: Role) => event("member.added", { user_id, role });
const joins = (channel_id: string, user_id: string) =>
  event("channel.member_added", { channel_id, user_id }, channel_id);
const makes = (channel_id: string, name: string, created_by: string, kind: "public" | "private" = "public") =>
  event("channel.created", { channel_id, name, kind, created_by }, channel_id);

/** What happened in Acme so far. */
export const ACME: ReadonlyArray<NewEvent> = [
  event("workspace.created", { name: "Acme", slug: "acme", icon_url: "", owner_id: OWNER }),
  member(OWNER, "owner"),
  makes(GENERAL, "general", OWNER),
  member(MODERATOR, "moderator"),
  member(ANN, "member"),
  member(BOB, "member"),
  member(GUEST, "guest"),
  member(BLOCKED, "member"),
  makes(SECRET, "secret", ANN, "private"),
  joins(SECRET, ANN),
  makes(ATTIC, "attic", ANN),
  makes(LOBBY, "lobby", OWNER),
  joins(LOBBY, GUEST),
  event("member.moderation_updated", { user_id: BLOCKED, role: "member", blocked: true }),
];

/** Ann's attic is archived once something lies in it. */
export const archived = event("channel.updated", { channel_id: ATTIC, archived: true, name: "attic" }, ATTIC);

export const posted = (
  message_id: string,
  author_id: string,
  channel_seq: number,
  channel: string = GENERAL,
): NewEvent =>
  event("message.created", { message_id, author_id, body: `body of ${message_id}`, channel_seq }, channel);

export const replied = (
  message_id: string,
  author_id: string,
  root_message_id: string,
  thread_seq: number,
  channel: string = GENERAL,
): NewEvent =>
  event(
    "thread.reply_created",
    { message_id, author_id, body: `body of ${message_id}`, root_message_id, thread_seq },
    channel,
  );

export const removed = (
  message_id: string,
  root_message_id = message_id,
  channel: string = GENERAL,
): NewEvent => event("message.deleted", { message_id, root_message_id }, channel);

const specification = deciderSpecification(WorkspaceDecider, "wsp_acme");

/** Acme, and what happened there after all that. */
export const acme = (...more: ReadonlyArray<NewEvent>) => specification.given(...ACME, ...more);

/** A workspace of which only this is known. */
export const nothingBut = (...events: ReadonlyArray<NewEvent>) => specification.given(...events);
