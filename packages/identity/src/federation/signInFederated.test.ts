import { expect, test } from "vitest";
import { ann, ANYBODY, memoryAccounts, twenty } from "../testing/memoryAccounts.ts";
import { SignUp, type SignUpPolicy } from "./SignUp.ts";
import { signInFederated } from "./signInFederated.ts";

const person = (subject: string, email?: string) => ({
  issuer: "https://id.example.com",
  subject,
  displayName: "Ann",
  ...(email !== undefined && { email }),
});

const setUp = (policy: SignUpPolicy = "open") => {
  const memory = memoryAccounts();
  const signUp = new SignUp(policy, async (code) => code === "good");
  const signIn = (who: ReturnType<typeof person>, inviteCode?: string) => {
    const { accounts } = memory;
    const invited = inviteCode === undefined ? {} : { inviteCode };
    return signInFederated({ accounts, signUp, provider: "oidc", person: who, ...invited });
  };
  return { ...memory, signIn };
};

test("somebody new who comes twenty times at once gets one account", async () => {
  const { accounts, signIn } = setUp();
  const outcomes = await twenty(() => signIn(person("1", ann.email)));
  expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => "fulfilled"));
  const account = (await accounts.findByEmail(ann.email))!;
  expect(account.identities).toEqual([{ provider: "oidc", issuer: "https://id.example.com", subject: "1" }]);
  expect((await accounts.findByIdentity(person("1")))!.id).toBe(account.id);
});

test("somebody linked is let in without an email, and where nobody signs up any more", async () => {
  const { accounts, signIn } = setUp("closed");
  await accounts.create(ann, ANYBODY);
  expect((await signIn(person("1", ann.email))).kind).toBe("session");
  expect((await signIn(person("1"))).kind).toBe("session");
});

test("somebody new gets in as the deployment takes people in", async () => {
  const refused = { code: "sign_up_closed" };
  await expect(setUp("closed").signIn(person("1", ann.email), "good")).rejects.toMatchObject(refused);
  await expect(setUp("invite").signIn(person("1", ann.email))).rejects.toMatchObject(refused);
  await expect(setUp("invite").signIn(person("1", ann.email), "bad")).rejects.toMatchObject(refused);
  expect((await setUp("invite").signIn(person("1", ann.email), "good")).kind).toBe("session");
  await expect(setUp("open").signIn(person("1"))).rejects.toMatchObject({ code: "email_unverified" });
});

test("a link that was claimed and then cut off is written down by the next sign-in", async () => {
  const { accounts, reservations, signIn } = setUp();
  const id = await accounts.create(ann, ANYBODY);
  await reservations.claim("subject", JSON.stringify(["https://id.example.com", "1"]), id);
  await signIn(person("1"));
  expect((await accounts.findByEmail(ann.email))!.identities).toHaveLength(1);
});

test("who is refused a link holds nothing of it", async () => {
  const { accounts, signIn } = setUp();
  const id = await accounts.create(ann, ANYBODY);
  await signIn(person("1", ann.email));
  await expect(signIn(person("2", ann.email))).rejects.toMatchObject({ code: "linked_elsewhere" });
  expect(await accounts.findByIdentity(person("2"))).toBeUndefined();
  await accounts.deactivate(id, ANYBODY);
  for (const who of [person("1"), person("1", ann.email), person("3", ann.email)])
    await expect(signIn(who)).rejects.toMatchObject({ code: "account_closed" });
});
