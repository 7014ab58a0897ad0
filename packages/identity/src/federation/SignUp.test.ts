import { expect, test } from "vitest";
import { SignUp } from "./SignUp.ts";

const knows = async (code: string) => code === "good";

test("with invites only those who bring a good one get an account", async () => {
  const signUp = new SignUp("invite", knows);
  expect(await Promise.all([undefined, "bad", "good"].map((code) => signUp.admits(code)))).toEqual([
    false,
    false,
    true,
  ]);
});

test("where nobody knows of invites, none is good", async () => {
  expect(await new SignUp("invite").admits("good")).toBe(false);
});

test("an open deployment takes everybody, a closed one nobody, whatever they bring", async () => {
  for (const code of [undefined, "good"]) {
    expect(await new SignUp("open", knows).admits(code)).toBe(true);
    expect(await new SignUp("closed", knows).admits(code)).toBe(false);
  }
});
