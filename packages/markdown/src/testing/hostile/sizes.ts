import type { Vector } from "./HostileCase.ts";

/** Below the 40,000 characters that the server takes. */
const LONGEST = 39_000;
/** For texts that become thousands of elements: a browser takes a second to lay out more. */
const LONG = 8_000;
const fill = (part: string, length = LONG): string => part.repeat(Math.floor(length / part.length));
const image: Vector = (run) => `<img src=nowhere onerror=${run}>`;

/** Long, deep and wide texts with markup at their end, where a renderer that gives up could let it through. */
export const SIZES: ReadonlyArray<Vector> = [
  ...[
    "> ",
    "- ",
    "1. ",
    "* > ",
    "[",
    "![",
    "<div>",
    "<b ",
    "**",
    "_a ",
    "`",
    "~",
    "\\",
    "&lt;",
    "<!--",
    "(",
    "|",
  ].map(
    (part): Vector =>
      (run) =>
        `${fill(part, 4_000)}${image(run)}`,
  ),
  ...["a", "<", '"', "[a](", "![a](b) ", "[a]: b\n", "@ann ", "#talk ", "https://example.com ", "\u0300"].map(
    (part): Vector =>
      (run) =>
        `${fill(part)}\n\n${image(run)}`,
  ),
  ...["<", "[a]("].map(
    (part): Vector =>
      (run) =>
        `${fill(part, LONGEST)}\n\n${image(run)}`,
  ),
  (run) => fill(image(run), LONGEST),
  (run) => `|${fill("a|", 2_000)}\n|${fill("-|", 2_000)}\n${fill("|\n", 2_000)}${image(run)}`,
  (run) => `${Array.from({ length: 150 }, (_, i) => `${" ".repeat(i)}- a`).join("\n")}\n\n${image(run)}`,
  (run) => `\`\`\`\n${fill(`${image(run)}\n`, LONGEST)}`,
  (run) => `[a](https://example.com/${fill("a", 20_000)}"onclick=${run})`,
  (run) => `https://example.com/${fill("%", 20_000)}"onclick=${run}`,
];
