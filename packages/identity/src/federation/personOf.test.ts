import { expect, test } from "vitest";
import { personOf } from "./personOf.ts";

const claims = { iss: "https://id.example.com", sub: "1", email: "ann@example.com", name: "Ann" };

test.each([undefined, false, "true", 1, null])(
  "an email with email_verified %j is not taken",
  (email_verified) => {
    expect(personOf({ ...claims, email_verified }).email).toBeUndefined();
  },
);

test.each(["ann", "an\u202en@example.com", "ann@example.com\nbcc: bob@example.com"])(
  "a verified email that is no address, %j, is not taken",
  (email) => {
    expect(personOf({ ...claims, email, email_verified: true }).email).toBeUndefined();
  },
);

test("somebody is known by the issuer's subject, and by a verified email", () => {
  expect(personOf({ ...claims, email_verified: true })).toEqual({
    issuer: "https://id.example.com",
    subject: "1",
    email: "ann@example.com",
    displayName: "Ann",
  });
});

test("a name is cut to what a profile takes, without what hides or turns text", () => {
  expect(personOf({ ...claims, name: "A\u202enn\u200b\n" }).displayName).toBe("Ann");
  expect(personOf({ ...claims, name: "😀".repeat(100) }).displayName).toBe("😀".repeat(80));
  expect(personOf({ iss: "i", sub: "1", name: 5, preferred_username: "ann" }).displayName).toBe("ann");
});
