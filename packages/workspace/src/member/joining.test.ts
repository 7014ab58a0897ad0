import { timeAfter } from "@clickclack/eventsourcing/testing/DeciderSpecification";
import { describe, expect, test } from "vitest";
import { event } from "../rules.ts";
import { ACME, acme, ANN, BOB, OWNER } from "../testing/acme.ts";
import { workspaceSnapshot } from "../WorkspaceSnapshot.ts";
import { emptyWorkspace } from "../WorkspaceState.ts";

const NOW = timeAfter(ACME.length);
const after = (ms: number) => new Date(Date.parse(NOW) + ms).toISOString();
const MINUTES = 60_000;
const UNTIL = after(60 * MINUTES);

const silenced = (role: "member" | "guest" = "member") =>
  event("member.moderation_updated", { user_id: ANN, role, blocked: false, timeout_until: UNTIL });
const left = event("member.removed", { user_id: ANN });
const back = (role: "member" | "guest" = "member") => event("member.added", { user_id: ANN, role });
const invite = event("invite.created", { invite_id: "inv_1", role: "guest", created_by: OWNER });
const bobsInvite = event("invite.created", { invite_id: "inv_2", role: "member", created_by: BOB });

describe("Whoever left while timed out", () => {
  test("is timed out still when it comes back by an invite, or is added again", () => {
    acme(silenced(), bobsInvite, left)
      .when({ type: "AcceptInvite", inviteId: "inv_2" }, ANN, after(MINUTES))
      .thenEvents(
        event("invite.accepted", { invite_id: "inv_2", user_id: ANN, uses: 1 }),
        back(),
        silenced(),
      );
    acme(silenced(), left)
      .when({ type: "AddMember", userId: ANN, role: "guest" }, OWNER, after(MINUTES))
      .thenEvents(back("guest"), silenced("guest"));
  });

  test("is not once that is over, nor after a timeout that was taken back", () => {
    acme(silenced(), left)
      .when({ type: "AddMember", userId: ANN, role: "member" }, OWNER, UNTIL)
      .thenEvents(back());
    const forgiven = event("member.moderation_updated", { user_id: ANN, role: "member", blocked: false });
    acme(silenced(), forgiven, left)
      .when({ type: "AddMember", userId: ANN, role: "member" }, OWNER, after(MINUTES))
      .thenEvents(back());
    acme(silenced(), left, back(), silenced(), forgiven, left)
      .when({ type: "AddMember", userId: ANN, role: "member" }, OWNER, after(MINUTES))
      .thenEvents(back());
  });

  test("may not write, however often it leaves", () => {
    acme(invite, silenced(), left, back(), silenced(), left, back("guest"), silenced("guest"))
      .when({ type: "RevokeInvite", inviteId: "inv_1" }, ANN, after(MINUTES))
      .thenRejected("timed_out");
  });
});

test("a snapshot holds the timeouts of those who are away", () => {
  const state = emptyWorkspace("wsp_1");
  state.awayTimeouts.set(ANN, UNTIL);
  const json: unknown = JSON.parse(JSON.stringify(workspaceSnapshot.encode(state)));
  expect(workspaceSnapshot.decode(json).awayTimeouts).toEqual(new Map([[ANN, UNTIL]]));
});
