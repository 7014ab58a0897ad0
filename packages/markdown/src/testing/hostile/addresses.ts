import type { Vector } from "./HostileCase.ts";

const base64 = (text: string): string => btoa(text);

/** Addresses that run something when they are followed or loaded, in every guise that some parser takes off. */
const ADDRESSES: ReadonlyArray<Vector> = [
  (run) => `javascript:${run}`,
  (run) => `JaVaScRiPt:${run}`,
  (run) => `javascript://example.com/%0A${run}`,
  (run) => `javascript:/*https://example.com/*/${run}`,
  (run) => `java\tscript:${run}`,
  (run) => `java&Tab;script:${run}`,
  (run) => `java&NewLine;script&colon;${run}`,
  (run) => `java&#10;script:${run}`,
  (run) => `java&#x0D;script:${run}`,
  (run) => `&#106;avascript:${run}`,
  (run) => `&#x6A&#x61vascript:${run}`,
  (run) => `javascript&#58;${run}`,
  (run) => `javascript&#0000058${run}`,
  (run) => `javascript%3A${run}`,
  (run) => `%6Aavascript:${run}`,
  (run) => `java\\script:${run}`,
  (run) => `javascript\\:${run}`,
  (run) => `\\javascript:${run}`,
  (run) => `&#1;javascript:${run}`,
  (run) => `\u0001javascript:${run}`,
  (run) => `&#32;javascript:${run}`,
  (run) => `\u00a0javascript:${run}`,
  (run) => `\u200bjavascript:${run}`,
  (run) => `\u202ejavascript:${run}`,
  (run) => `ja\0vascript:${run}`,
  (run) => `\uff4aavascript:${run}`,
  (run) => `java\u017fcript:${run}`,
  (run) => `jav\u0430script:${run}`,
  (run) => `view-source:javascript:${run}`,
  (run) => `feed:javascript:${run}`,
  (run) => `blob:javascript:${run}`,
  (run) => `vbscript:${run}`,
  (run) => `VBScript&colon;${run}`,
  (run) => `livescript:${run}`,
  (run) => `data:text/html,<script>${run}</script>`.replaceAll("<", "%3C").replaceAll(">", "%3E"),
  (run) => `data:text/html;base64,${base64(`<script>opener.${run}</script>`)}`,
  (run) => `data:image/svg+xml;base64,${base64(`<svg xmlns="http://www.w3.org/2000/svg" onload="${run}"/>`)}`,
  (run) => `data:image/png;,${run}`,
  (run) => `DATA:,${run}`,
  (run) => `file:///etc/passwd#${run}`,
  (run) => `about:blank#${run}`,
  (run) => `intent://${run}#Intent;scheme=javascript;end`,
  (run) => `ms-word:ofe|u|https://hostile.example/${run}`,
  (run) => `//hostile.example/${run}`,
  (run) => `/\\hostile.example/${run}`,
  (run) => `https:hostile.example/${run}`,
  (run) => `https:\\\\hostile.example\\${run}`,
  (run) => `https://example.com\\@hostile.example/${run}`,
  (run) => `https://example.com&commat;hostile.example/${run}`,
  (run) => `https://javascript:${run}@hostile.example`,
  (run) => `https://example.com/"onmouseover="${run}`,
  (run) => `https://example.com/&quot;onmouseover=&quot;${run}`,
  (run) => `mailto:"onclick=${run}"@example.com`,
  (run) => `../../api/auth/logout?${run}`,
  (run) => `#"><img/src=x/onerror=${run}>`,
];

/** Every way in which a message can make a link or an image of an address. */
const SYNTAXES: ReadonlyArray<(address: string) => string> = [
  (a) => `[a](${a})`,
  (a) => `[a](<${a}>)`,
  (a) => `![a](${a})`,
  (a) => `<${a}>`,
  (a) => `see ${a} there`,
  (a) => `[r]\n\n[r]: ${a}`,
  (a) => `![r][R]\n\n[r]: <${a}> "t"`,
  (a) => `[![i](${a})](https://example.com)`,
];

export const LINKS: ReadonlyArray<Vector> = ADDRESSES.flatMap((address) =>
  SYNTAXES.map(
    (write): Vector =>
      (run) =>
        write(address(run)),
  ),
);
