import type { Vector } from "./HostileCase.ts";

/** Names of people, at most 80 characters: markup, and marks that would reach beyond the name. */
export const NAMES: ReadonlyArray<Vector> = [
  (run) => `<script>${run}</script>`,
  (run) => `<img src=x onerror=${run}>`,
  (run) => `"><img src=x onerror=${run}>`,
  (run) => `' onmouseover='${run}`,
  (run) => `" autofocus onfocus="${run}`,
  (run) => `\`onclick=${run}\``,
  (run) => `</bdi><svg onload=${run}>`,
  (run) => `</title><script>${run}</script>`,
  (run) => `</span></a><b onclick=${run}>Ann</b>`,
  (run) => `&lt;img src=x onerror=${run}&gt;`,
  (run) => `&#60;script&#62;${run}&#60;/script&#62;`,
  (run) => `javascript:${run}`,
  (run) => `[Ann](javascript:${run})`,
  (run) => `![Ann](x" onerror="${run})`,
  (run) => `**Ann** <b onclick=${run}>`,
  (run) => `@everyone<b onclick=${run}>`,
  (run) => `{{${run}}} \${${run}} <%=${run}%>`,
  (run) => `Ann\u202e>)${run}(daolno gvs<`,
  (run) => `\u202e${run}<b onclick=${run}>`,
  (run) => `Ann\u2066\u2067<b onclick=${run}>`,
  (run) => `Ann\u200b<b onclick=${run}>`,
  (run) => `\u200f\u061cAnn<i onclick=${run}>`,
  (run) => `A${"\u0336\u0322".repeat(12)}nn<i onclick=${run}>`,
  (run) => `Ann\n<b onclick=${run}>\nAdmin`,
  (run) => `Ann\t\u2028\u2029\u0085<b onclick=${run}>`,
  (run) => `Ann\u0007\u001b[31m<b onclick=${run}>`,
  (run) => `\u05e9\u05dc\u05d5\u05dd <b onclick=${run}>`,
  (run) => `\u1d2cnn \u{1f600}\u200d\u{1f525}<b onclick=${run}>`,
  (run) => `Ann\u{e0041}\u{e0042}<i onclick=${run}>`,
  (run) => `\uff1cscript\uff1e${run}\uff1c/script\uff1e`,
  (run) => `<a id=trip href=javascript:${run}>`,
  (run) => `<form name=body><input name=id onclick=${run}>`,
  (run) => `<style onload=${run}>*{display:none}`,
  (run) => `<math><mi onclick=${run}>x`,
  (run) => `<iframe srcdoc="<script>parent.${run}</script>">`,
  (run) => `__proto__ <b onclick=${run}>`,
];

/** Endings that a reader trusts, before or after something else. */
const ENDINGS = [".png", ".svg", ".html", ".pdf.exe", "\u202egnp.exe", ".txt\u200b.js", ".\u2028html", ""];

const STEMS: ReadonlyArray<Vector> = [
  (run) => `"><img src=x onerror=${run}>`,
  (run) => `<svg onload=${run}>`,
  (run) => `' onclick='${run}' '`,
  (run) => `<script>${run}</script>`,
  (run) => `photo&quot; onload=&quot;${run}`,
  (run) => `../../..//"onerror=${run}//x`,
  (run) => `C:\\<b onclick=${run}>\\a`,
  (run) => `javascript:${run}//`,
  (run) => `a\r\nContent-Type: text/html\r\n\r\n<script>${run}</script>`,
  (run) => `%3Cscript%3E${run}%3C%2Fscript%3E`,
  (run) => `\u05e7\u05d5\u05d1\u05e5<b onclick=${run}>`,
  (run) => `${"a".repeat(240)}<b onclick=${run}>`,
];

export const FILE_NAMES: ReadonlyArray<Vector> = STEMS.flatMap((stem) =>
  ENDINGS.map(
    (ending): Vector =>
      (run) =>
        `${stem(run)}${ending}`,
  ),
);
