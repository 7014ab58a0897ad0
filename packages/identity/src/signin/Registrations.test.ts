import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { describe, expect, test } from "vitest";
import { memoryAccounts } from "../testing/memoryAccounts.ts";

const PASSWORD = "correct horse battery";
const nina = { displayName: "Nina", handle: "@Nina", password: PASSWORD };

describe("who registers", () => {
  test("gets an account with a password, and a session of its own", async () => {
    const { registrations, load, signIns } = memoryAccounts();
    const done = await registrations.register(nina, async (id, session) => ({ id, session }));
    const account = (await load(done.id))!;
    expect(account).toMatchObject({ kind: "human", displayName: "Nina", handle: "nina", active: true });
    expect([...account.credentials.keys()]).toEqual([done.session.credentialId]);
    const attempt = { identifier: "nina", password: PASSWORD, address: "1" };
    expect(await signIns.byPassword(attempt)).toMatchObject({ accountId: done.id });
  });

  test("leaves nothing behind with a weak password, not even a handle", async () => {
    const { registrations, reservations } = memoryAccounts();
    const admit = () => Promise.reject(new Error("nobody comes so far"));
    for (const password of ["short", "password1", "aaaaaaaaaaaa"])
      await expect(registrations.register({ ...nina, password }, admit)).rejects.toMatchObject({
        code: "weak_password",
      });
    expect(await reservations.find("handle", "nina")).toBeUndefined();
  });

  test("and is not let in where it wants to go has no account, and the handle is free again", async () => {
    const { registrations, load, signIns } = memoryAccounts();
    let refused = "";
    const admit = async (id: string) => {
      refused = id;
      throw new ApiFailure("invite_used_up", "used up");
    };
    await expect(registrations.register(nina, admit)).rejects.toMatchObject({ code: "invite_used_up" });
    expect(await load(refused)).toMatchObject({ active: false, credentials: new Map() });
    const attempt = { identifier: "nina", password: PASSWORD, address: "1" };
    await expect(signIns.byPassword(attempt)).rejects.toMatchObject({ code: "invalid_credentials" });
    const again = await registrations.register(nina, async (id) => id);
    expect(await load(again)).toMatchObject({ handle: "nina", active: true });
  });
});
