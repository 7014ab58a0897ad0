import { escapeHtml } from "./escapeHtml.ts";
import type { Mail } from "./Mailer.ts";

export interface SignInLink {
  readonly email: string;
  /** As its owner typed it, or whoever asked for an account in the owner's name. */
  readonly displayName: string;
  readonly url: string;
  readonly minutes: number;
}

/** The mail that a one-time link comes in. */
export const signInMail = ({ email, displayName, url, minutes }: SignInLink): Mail => {
  const name = greetedName(displayName);
  const hello = name === "" ? "Hello," : `Hello ${name},`;
  const once = `It works once, within ${minutes} minutes.`;
  const otherwise = "If you did not ask for it, do nothing: nobody gets in without this mail.";
  return {
    to: email,
    subject: "Your link to sign in to ClickClack",
    text: `${hello}\n\nthis link signs you in to ClickClack:\n\n${url}\n\n${once}\n${otherwise}\n`,
    html: [
      `<p>${escapeHtml(hello)}</p>`,
      `<p><a href="${escapeHtml(url)}">Sign in to ClickClack</a></p>`,
      `<p>${once} ${otherwise}</p>`,
    ].join("\n"),
  };
};

/**
 * A name as a mail may greet with it: on one line, without what hides or turns text; nothing at all where it would read
 * as an address, since whoever asks for an account chooses the name, and a stranger may get the mail.
 */
const greetedName = (name: string): string => {
  const plain = name
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  return /[/\\:@<>]|\w\.\w/.test(plain) ? "" : plain;
};
