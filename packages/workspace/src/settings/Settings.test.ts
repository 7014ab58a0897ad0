import { describe, test } from "vitest";
import { event, SYSTEM } from "../rules.ts";
import { acme, ANN, BLOCKED, GUEST, MODERATOR, nothingBut, OWNER, STRANGER } from "../testing/acme.ts";

const create = { type: "CreateWorkspace", name: "Acme", slug: "acme" } as const;
const update = { type: "UpdateWorkspace", name: "Acme & Co", iconUrl: "i.png" } as const;

describe("creating a workspace", () => {
  test("gives it an owner", () => {
    nothingBut()
      .when(create, OWNER)
      .thenEvents(
        event("workspace.created", { name: "Acme", slug: "acme", icon_url: "", owner_id: OWNER }),
        event("member.added", { user_id: OWNER, role: "owner" }),
      );
  });

  test("that exists changes nothing, whoever asks", () => {
    for (const user of [OWNER, STRANGER]) acme().when(create, user).thenNothing();
  });
});

describe("deleting a workspace", () => {
  const remove = { type: "DeleteWorkspace" } as const;
  const deleted = event("workspace.deleted", { slug: "acme" });

  test("is for the owner and the operator", () => {
    for (const user of [OWNER, SYSTEM]) acme().when(remove, user).thenEvents(deleted);
    for (const user of [MODERATOR, ANN, GUEST]) acme().when(remove, user).thenRejected("forbidden");
    acme().when(remove, BLOCKED).thenRejected("blocked");
    acme().when(remove, STRANGER).thenRejected("not_found");
  });

  test("leaves nothing, to nobody, for good", () => {
    for (const user of [OWNER, ANN, BLOCKED, SYSTEM])
      for (const command of [remove, update, create])
        acme(deleted).when(command, user).thenRejected("not_found");
  });
});

describe("changing a workspace", () => {
  test("is for owners, moderators and the operator, and records what changes alone", () => {
    for (const user of [OWNER, MODERATOR, SYSTEM]) {
      acme()
        .when(update, user)
        .thenEvents(event("workspace.updated", { name: "Acme & Co", icon_url: "i.png" }));
    }
    acme()
      .when({ type: "UpdateWorkspace", slug: "acme-co" }, OWNER)
      .thenEvents(event("workspace.updated", { slug: "acme-co" }));
  });

  test("is for nobody else", () => {
    for (const user of [ANN, GUEST]) acme().when(update, user).thenRejected("forbidden");
    acme().when(update, BLOCKED).thenRejected("blocked");
    acme().when(update, STRANGER).thenRejected("not_found");
  });

  test("that was never created is not found, not even by the operator", () => {
    for (const user of [OWNER, SYSTEM]) nothingBut().when(update, user).thenRejected("not_found");
  });
});
