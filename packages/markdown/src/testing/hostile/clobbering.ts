import type { Vector } from "./HostileCase.ts";

/** Names of a page's own objects, which an element with that id or name would stand in front of. */
const NAMES = [
  "body",
  "cookie",
  "forms",
  "getElementById",
  "location",
  "documentElement",
  "attributes",
  "parentNode",
  "__proto__",
  "constructor",
  "trip",
  "harness",
];

const ELEMENTS: ReadonlyArray<(name: string, run: string) => string> = [
  (name, run) => `<img name=${name} id=${name} src=nowhere onerror=${run}>`,
  (name, run) => `<form name=${name}><input id=${name} name=${name} onclick=${run}></form>`,
  (name, run) => `<a id=${name}></a><a id=${name} name=href href="javascript:${run}">a</a>`,
  (name, run) => `# a {#${name} onclick=${run}}\n\n[a](https://example.com){#${name} onclick=${run}}`,
];

export const CLOBBERING: ReadonlyArray<Vector> = NAMES.flatMap((name) =>
  ELEMENTS.map(
    (element): Vector =>
      (run) =>
        element(name, run),
  ),
);
