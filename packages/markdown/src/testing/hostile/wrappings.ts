import type { Vector } from "./HostileCase.ts";
import { MARKUP } from "./markup.ts";

const line = (text: string): string => text.replaceAll("\n", " ");

/** Each puts markup in a place of a message where a renderer could forget to escape it. */
const WRAPPINGS: ReadonlyArray<(markup: string) => string> = [
  (m) => `before ${m} after`,
  (m) => `- ${m}\n- b`,
  (m) => `7. ${m}`,
  (m) => `- [x] ${m}`,
  (m) => `> ${m}\n${m}`,
  (m) => `# ${m}`,
  (m) => `${m}\n===`,
  (m) => `| h |\n|---|\n| ${m.replaceAll("|", "\\|")} |`,
  (m) => `| ${m} |\n|:-:|\n| c |`,
  (m) => `\`\`\`\n${m}\n\`\`\``,
  (m) => `\`\`\`${line(m).replaceAll("`", "")}\ncode\n\`\`\``,
  (m) => `~~~ html${line(m)}\n${m}`,
  (m) => `    ${line(m)}`,
  (m) => `\`${m}\``,
  (m) => `\`\` ${m} \`\``,
  (m) => `\`${m}`,
  (m) => `**${m}**`,
  (m) => `~~_${m}_~~`,
  (m) => `[${m}](https://example.com)`,
  (m) => `[a](https://example.com '${line(m).replaceAll("'", "\\'")}')`,
  (m) => `[a](https://example.com "${line(m).replaceAll('"', '\\"')}")`,
  (m) => `[a](<https://example.com/${line(m).replaceAll("<", "\\<").replaceAll(">", "\\>")}>)`,
  (m) => `![${m}](https://example.com/i.png)`,
  (m) => `![a](https://example.com/i.png "${line(m).replaceAll('"', "&quot;")}")`,
  (m) => `[r]\n\n[r]: https://example.com "${line(m).replaceAll('"', "&#34;")}"`,
  (m) => `[${line(m)}]\n\n[${line(m)}]: https://example.com`,
  (m) => `https://example.com/${line(m)}`,
  (m) => `<https://example.com/${line(m)}>`,
  (m) => `@ann${m}@bob #talk${m}`,
  (m) => `<!-- ${m} -->`,
  (m) => `<div>\n\n${m}\n\n</div>`,
  (m) => `<![CDATA[${m}]]><?php ${m} ?>`,
];

/** One that loads, one that runs, one that is clicked, one of another namespace, one with every kind of quote. */
const CARRIED: ReadonlyArray<Vector> = [
  MARKUP[0]!,
  MARKUP[3]!,
  MARKUP[4]!,
  MARKUP[8]!,
  MARKUP[16]!,
  MARKUP[35]!,
  (run) => `"'><img src='nowhere' onerror="${run}"><a title='"' href=javascript:${run}>`,
  (run) => `</code></pre></td></a></p></li><details open ontoggle=${run}>`,
];

export const WRAPPED: ReadonlyArray<Vector> = WRAPPINGS.flatMap((wrap) =>
  CARRIED.map(
    (markup): Vector =>
      (run) =>
        wrap(markup(run)),
  ),
);
