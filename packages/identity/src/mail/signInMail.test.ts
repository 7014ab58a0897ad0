import { expect, test } from "vitest";
import { isMailAddress } from "./Mailer.ts";
import { signInMail } from "./signInMail.ts";

const mail = (displayName: string) =>
  signInMail({
    email: "ann@example.com",
    displayName,
    url: "https://chat.example.com/sign-in#token=mgt_x",
    minutes: 15,
  });

test("the link stands in the text and in the page", () => {
  const { text, html, to } = mail("Ann");
  expect(to).toBe("ann@example.com");
  expect(text).toContain("Hello Ann,");
  expect(text).toContain("\nhttps://chat.example.com/sign-in#token=mgt_x\n");
  expect(html).toContain('href="https://chat.example.com/sign-in#token=mgt_x"');
});

test("a name is text, on one line, and no address", () => {
  expect(mail('Ann & Bob\'s "x"').html).toContain("Hello Ann &amp; Bob&#39;s &quot;x&quot;,");
  expect(mail("Ann\r\nBcc: x").text).not.toContain("Bcc");
  expect(mail("Ann\r\nB").text).toContain("Hello Ann B,");
  for (const lure of ["<img src=x>", "win at https://elsewhere.example", "elsewhere.example", "a@b"])
    expect(mail(lure).text).toMatch(/^Hello,\n/);
});

test.each(["ann@example.com", "ann+tag@example.com", "änn@exämple.com", "o'neil@example.com"])(
  "%s is an address",
  (text) => {
    expect(isMailAddress(text)).toBe(true);
  },
);

test.each([
  "ann",
  "ann@",
  "@example.com",
  "ann@example.com,bob@example.com",
  "ann@example.com\r\nBcc: bob@example.com",
  "ann<bob@example.com>",
  "Ann <ann@example.com>",
  "group:ann@example.com;",
  "ann@example.com\0",
  '"ann"@example.com',
  "a b@example.com",
  `${"x".repeat(65)}@example.com`,
])("%j is none", (text) => {
  expect(isMailAddress(text)).toBe(false);
});
