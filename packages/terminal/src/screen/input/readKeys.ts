import type { Key } from "ink";

/**
 * What was typed: text, or a key by its name: `up`, `C-a` with Control, `M-b` with Alt, `S-tab` with Shift. A character with
 * Alt is the same to a terminal as Esc and, at once, that character: `afterEscape` is what it would be then.
 */
export type Typing =
  | { readonly _tag: "text"; readonly text: string }
  | { readonly _tag: "key"; readonly key: string; readonly afterEscape?: string };

const NAMED: ReadonlyArray<readonly [keyof Key, string]> = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageUp", "pageup"],
  ["pageDown", "pagedown"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["escape", "escape"],
  ["tab", "tab"],
  ["backspace", "backspace"],
  ["delete", "delete"],
];

const CONTROL: Readonly<Record<string, string>> = {
  "\r": "enter",
  "\n": "C-j",
  "\t": "tab",
  "\u007f": "backspace",
  "\b": "backspace",
  "\u001b": "escape",
};

const controlKey = (char: string): string =>
  CONTROL[char] ?? `C-${String.fromCodePoint(char.codePointAt(0)! + 96)}`;

/** Several keys that came at once: somebody types fast, or a program does. */
const split = (input: string): ReadonlyArray<Typing> =>
  // oxlint-disable-next-line no-control-regex
  [...input.matchAll(/[\u0000-\u001f\u007f]|[^\u0000-\u001f\u007f]+/g)].map(([part]) =>
    // oxlint-disable-next-line no-control-regex
    /[\u0000-\u001f\u007f]/.test(part)
      ? { _tag: "key", key: controlKey(part) }
      : { _tag: "text", text: part },
  );

/** Keys as Ink tells of them, under one name each. */
export const readKeys = (input: string, key: Key): ReadonlyArray<Typing> => {
  const named = NAMED.find(([flag]) => key[flag] === true)?.[1];
  if (named !== undefined) {
    const prefix = key.ctrl ? "C-" : key.meta ? "M-" : key.shift && named === "tab" ? "S-" : "";
    return [{ _tag: "key", key: prefix + named }];
  }
  if (key.ctrl) return [{ _tag: "key", key: `C-${input.toLowerCase()}` }];
  if (key.meta) return [{ _tag: "key", key: `M-${input.toLowerCase()}`, afterEscape: input }];
  // Ink has no name for the function keys: it tells that there was a key, and nothing of it.
  if (input === "") return [{ _tag: "key", key: "function" }];
  return split(input);
};
