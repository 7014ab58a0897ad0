import type { Vector } from "./HostileCase.ts";
import { MARKUP } from "./markup.ts";

const each = (text: string, encode: (one: string) => string): string =>
  Array.from(text, (one) => (/[<>"'=:/]/.test(one) ? encode(one) : one)).join("");
const code = (one: string): number => one.codePointAt(0)!;
const NAMES: Readonly<Record<string, string>> = {
  "<": "lt",
  ">": "gt",
  '"': "quot",
  "'": "apos",
  "=": "equals",
  ":": "colon",
  "/": "sol",
};

/** Each hides markup from whoever looks for it, in a form that some later step could undo. */
const ENCODINGS: ReadonlyArray<(text: string) => string> = [
  (t) => each(t, (one) => `&#${code(one)};`),
  (t) => each(t, (one) => `&#${code(one)}`),
  (t) => each(t, (one) => `&#x${code(one).toString(16)};`),
  (t) => each(t, (one) => `&#X000${code(one).toString(16).toUpperCase()};`),
  (t) => each(t, (one) => `&${NAMES[one]};`),
  (t) => each(t, (one) => `&amp;${NAMES[one]};`),
  (t) => each(t, (one) => `&amp;amp;#${code(one)};`),
  (t) => each(t, encodeURIComponent),
  (t) => each(t, (one) => `%25${code(one).toString(16)}`),
  (t) => each(t, (one) => `\\${one}`),
  (t) => each(t, (one) => `\\\\${one}`),
  (t) => each(t, (one) => `\\u00${code(one).toString(16)}`),
  (t) => each(t, (one) => `\\x${code(one).toString(16)}`),
  (t) => each(t, (one) => String.fromCodePoint(code(one) + 0xfee0)),
  (t) => t.replaceAll("<", "\ufe64").replaceAll(">", "\ufe65"),
  (t) => t.replaceAll("<", "\u2039").replaceAll(">", "\u203a"),
  (t) => t.replaceAll("<", "<\0"),
  (t) => t.replaceAll("<", "\0<"),
  (t) => t.replaceAll("=", "\0="),
  (t) => t.replaceAll("<", "<\u200b"),
  (t) => t.replaceAll(" ", "\u000c"),
  (t) => t.replaceAll(" ", "\n"),
  (t) => t.replaceAll(" ", "/"),
  (t) => t.replaceAll(" ", "\u00a0"),
  (t) => t.replaceAll(">", ""),
  (t) => t.replaceAll("<", "<<"),
  (t) => t.replaceAll("<", "</x><"),
  (t) => t.replace(/<([a-z]+)/g, (_, name: string) => `<${name.toUpperCase()}`),
  (t) => t.replace(/on([a-z]+)=/g, (_, name: string) => `oN${name.toUpperCase()} =\t`),
  (t) => t.replace(/<([a-z])([a-z]*)/g, "<$1<$1$2>$2"),
  (t) => `\ufeff${t}\ufeff`,
  (t) => `\u202e${t}\u202c`,
  (t) => `\ud800${t}\udfff`,
  (t) => t.replace(/[a-z]/g, (one) => String.fromCodePoint(0x1d41a + code(one) - 97)),
];

const CARRIED: ReadonlyArray<Vector> = [MARKUP[0]!, MARKUP[4]!, MARKUP[7]!, MARKUP[16]!, MARKUP[35]!];

export const ENCODED: ReadonlyArray<Vector> = ENCODINGS.flatMap((encode) =>
  CARRIED.map(
    (markup): Vector =>
      (run) =>
        encode(markup(run)),
  ),
);
