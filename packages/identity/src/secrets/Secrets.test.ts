import { expect, test } from "vitest";
import { newSecretKey, Secrets } from "./Secrets.ts";

const secrets = new Secrets(newSecretKey());

test("what was sealed is opened for its own purpose and by the same key alone", () => {
  const sealed = secrets.seal("totp", "héllo");
  expect(sealed).not.toContain("llo");
  expect(secrets.open("totp", sealed)).toBe("héllo");
  expect(secrets.open("invite", sealed)).toBeUndefined();
  expect(new Secrets(newSecretKey()).open("totp", sealed)).toBeUndefined();
});

test("what was changed in any place is not opened", () => {
  const bytes = Buffer.from(secrets.seal("totp", "x"), "base64url");
  for (const at of bytes.keys()) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    expect(secrets.open("totp", changed.toString("base64url"))).toBeUndefined();
  }
  for (const text of ["", "x", "!", "a".repeat(40)]) expect(secrets.open("totp", text)).toBeUndefined();
});

test("the same text is sealed differently each time, and signed alike", () => {
  expect(secrets.seal("totp", "x")).not.toBe(secrets.seal("totp", "x"));
  expect(secrets.sign("invite", "x")).toEqual(secrets.sign("invite", "x"));
  expect(secrets.sign("invite", "x")).not.toEqual(secrets.sign("resume", "x"));
});

test.each(["", "short", "AAAA"])("%j is no key", (key) => {
  expect(() => new Secrets(key)).toThrow("32 bytes");
});
