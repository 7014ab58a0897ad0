import type { NewEvent } from "@clickclack/eventsourcing/Decider";
import { timeAfter } from "@clickclack/eventsourcing/testing/DeciderSpecification";
import type { InviteRole } from "@clickclack/protocol/events/WorkspaceEvents";
import { describe, expect, test } from "vitest";
import { event, SYSTEM } from "../rules.ts";
import {
  acme,
  ACME,
  ANN,
  archived,
  ATTIC,
  BLOCKED,
  BOB,
  GENERAL,
  GUEST,
  MODERATOR,
  OWNER,
  SECRET,
  STRANGER,
} from "../testing/acme.ts";
import { History } from "../testing/History.ts";

const DAY = 24 * 3_600_000;
/** The time of a command after Acme and so many events more, and so many milliseconds. */
const later = (ms: number, more = 0) =>
  new Date(Date.parse(timeAfter(ACME.length + more)) + ms).toISOString();
const WEEK = later(7 * DAY);

interface Terms {
  readonly role?: InviteRole;
  readonly channel_id?: string;
  readonly expires_at?: string;
  readonly max_uses?: number;
  readonly created_by?: string;
}

const made = (terms: Terms = {}) =>
  event("invite.created", { invite_id: "inv_1", role: "member", created_by: ANN, ...terms });
const accepted = (user_id: string, uses: number) =>
  event("invite.accepted", { invite_id: "inv_1", user_id, uses });
const joined = (user_id: string, role: InviteRole = "member") => event("member.added", { user_id, role });
const entered = (user_id: string, channel_id: string) =>
  event("channel.member_added", { channel_id, user_id }, channel_id);
const moderated = (user_id: string, role: "member" | "guest", blocked: boolean) =>
  event("member.moderation_updated", { user_id, role, blocked });

const create = (role: InviteRole, more: object = {}) =>
  ({ type: "CreateInvite", inviteId: "inv_1", role, ...more }) as const;
const revoke = { type: "RevokeInvite", inviteId: "inv_1" } as const;
const accept = { type: "AcceptInvite", inviteId: "inv_1" } as const;

describe("CreateInvite", () => {
  test.each([
    [OWNER, "moderator", true],
    [SYSTEM, "moderator", true],
    [MODERATOR, "moderator", false],
    [MODERATOR, "member", true],
    [ANN, "moderator", false],
    [ANN, "member", true],
    [ANN, "guest", true],
    [GUEST, "guest", false],
    [GUEST, "member", false],
  ] as const)("by %s as %s: %s", (by, role, may) => {
    const outcome = acme().when(create(role, { inviteChannelId: GENERAL }), by);
    if (!may) return outcome.thenRejected("forbidden");
    return outcome.thenEvents(made({ role, channel_id: GENERAL, expires_at: WEEK, created_by: by }));
  });

  test("is refused to strangers and the blocked", () => {
    acme().when(create("member"), STRANGER).thenRejected("not_found");
    acme().when(create("member"), BLOCKED).thenRejected("blocked");
  });

  test("leads into a channel that its maker sees and that is open; a guest's always does", () => {
    const into = (inviteChannelId: string) => create("member", { inviteChannelId });
    acme().when(into(SECRET), OWNER).thenRejected("not_found");
    acme()
      .when(into(SECRET), ANN)
      .thenEvents(made({ channel_id: SECRET, expires_at: WEEK }));
    acme(archived).when(into(ATTIC), ANN).thenRejected("channel_archived");
    acme().when(into("chn_none"), ANN).thenRejected("not_found");
    acme().when(create("guest"), ANN).thenRejected("invalid_request");
    const payload = { direct_conversation_id: "dm_1", member_ids: [ANN, BOB], created_by: ANN };
    acme(event("dm.created", payload, "dm_1"))
      .when(into("dm_1"), ANN)
      .thenRejected("not_found");
  });

  test("ends in a week, when it is said, or never, but neither in the past nor in years", () => {
    const until = (expiresAt: string | null) => create("member", { expiresAt });
    const now = later(0);
    acme().when(until(null), ANN, now).thenEvents(made());
    acme()
      .when(until(later(1)), ANN, now)
      .thenEvents(made({ expires_at: later(1) }));
    acme()
      .when(until(later(366 * DAY)), ANN, now)
      .thenEvents(made({ expires_at: later(366 * DAY) }));
    for (const wrong of [now, later(-DAY), later(366 * DAY + 1), "soon"])
      acme().when(until(wrong), ANN, now).thenRejected("invalid_request");
  });

  test("finds room for a thousand open ones, whatever has ended", () => {
    const many = (count: number, terms: Terms = {}, from = 0): ReadonlyArray<NewEvent> =>
      Array.from({ length: count }, (_, i) => {
        const invite_id = `inv_many_${from + i}`;
        return event("invite.created", { invite_id, role: "member", created_by: ANN, ...terms });
      });
    acme(...many(1_000))
      .when(create("member", { expiresAt: null }), OWNER)
      .thenRejected("limit_reached");
    acme(...many(999), ...many(1_500, { expires_at: later(1) }, 1_000))
      .when(create("member", { expiresAt: null }), OWNER)
      .thenEvents(made({ created_by: OWNER }));
  });
});

describe("AcceptInvite", () => {
  test("makes a stranger a member with the invite's role, in its channel", () => {
    acme(made()).when(accept, STRANGER).thenEvents(accepted(STRANGER, 1), joined(STRANGER));
    acme(made({ role: "guest", channel_id: SECRET }))
      .when(accept, STRANGER)
      .thenEvents(accepted(STRANGER, 1), joined(STRANGER, "guest"), entered(STRANGER, SECRET));
  });

  test("of what is not there, or was revoked, is of nothing", () => {
    acme().when(accept, STRANGER).thenRejected("not_found");
    acme(made(), event("invite.revoked", { invite_id: "inv_1" }))
      .when(accept, STRANGER)
      .thenRejected("not_found");
    acme(made()).when(accept, SYSTEM).thenRejected("not_found");
  });

  test("is refused once it is used up, and from the very moment that it ends", () => {
    const once = made({ max_uses: 1 });
    acme(once, accepted(BOB, 1)).when(accept, STRANGER).thenRejected("invite_used_up");
    const short = made({ expires_at: later(5_000) });
    acme(short).when(accept, STRANGER, later(4_999)).thenEvents(accepted(STRANGER, 1), joined(STRANGER));
    acme(short).when(accept, STRANGER, later(5_000)).thenRejected("invite_expired");
  });

  test("does nothing for a member, and uses nothing up, but leads it into the channel", () => {
    acme(made()).when(accept, BOB).thenNothing();
    acme(made({ channel_id: SECRET }))
      .when(accept, BOB)
      .thenEvents(accepted(BOB, 0), entered(BOB, SECRET));
    acme(made({ max_uses: 1 }), accepted(STRANGER, 1), joined(STRANGER))
      .when(accept, STRANGER)
      .thenNothing();
    acme(made({ channel_id: SECRET, max_uses: 1 }), accepted(STRANGER, 1), joined(STRANGER))
      .when(accept, BOB)
      .thenRejected("invite_used_up");
    acme(made({ role: "moderator", created_by: OWNER }))
      .when(accept, GUEST)
      .thenNothing();
  });

  test("does not let the blocked back in", () => {
    acme(made()).when(accept, BLOCKED).thenRejected("blocked");
  });

  test("is worth what its maker may do now", () => {
    acme(made(), moderated(ANN, "member", true))
      .when(accept, STRANGER)
      .thenRejected("not_found");
    acme(made(), moderated(ANN, "member", true), moderated(ANN, "member", false))
      .when(accept, STRANGER)
      .thenEvents(accepted(STRANGER, 1), joined(STRANGER));
    acme(made(), moderated(ANN, "guest", false))
      .when(accept, STRANGER)
      .thenRejected("not_found");
    const left = event("channel.member_removed", { channel_id: SECRET, user_id: ANN }, SECRET);
    acme(made({ channel_id: SECRET }), left)
      .when(accept, STRANGER)
      .thenRejected("not_found");
    acme(made({ channel_id: ATTIC }), archived)
      .when(accept, STRANGER)
      .thenRejected("not_found");
    acme(made({ created_by: SYSTEM, channel_id: SECRET }))
      .when(accept, STRANGER)
      .thenEvents(accepted(STRANGER, 1), joined(STRANGER), entered(STRANGER, SECRET));
  });

  test("is of nothing once its maker was removed, also when they are back", () => {
    const removed = event("member.removed", { user_id: ANN });
    acme(made(), removed).when(accept, STRANGER).thenRejected("not_found");
    acme(made(), removed, joined(ANN)).when(accept, STRANGER).thenRejected("not_found");
  });
});

describe("RevokeInvite", () => {
  test("is for its maker and for managers; to others there is no such invite", () => {
    const revoked = event("invite.revoked", { invite_id: "inv_1" });
    for (const by of [ANN, OWNER, MODERATOR, SYSTEM]) acme(made()).when(revoke, by).thenEvents(revoked);
    for (const by of [BOB, GUEST, STRANGER]) acme(made()).when(revoke, by).thenRejected("not_found");
    acme(made()).when(revoke, BLOCKED).thenRejected("blocked");
    acme(made(), revoked).when(revoke, ANN).thenRejected("not_found");
  });
});

test("of those that have ended the newest are kept, and no open one goes for them", () => {
  const history = new History();
  const make = (id: string, expiresAt: string | null) =>
    history.take({ by: ANN, command: { type: "CreateInvite", inviteId: id, role: "member", expiresAt } });
  make("inv_open", null);
  for (let i = 0; i < 2_050; i++) {
    // A second later it has ended.
    make(`inv_${i}`, new Date(Date.parse(timeAfter(history.events.length)) + 1).toISOString());
  }
  const kept = [...history.state.invites.keys()];
  expect(kept).toHaveLength(2_000);
  expect([kept[0], kept.at(-1)]).toEqual(["inv_open", "inv_2049"]);
});
