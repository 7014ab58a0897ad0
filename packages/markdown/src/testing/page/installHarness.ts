import type { Harness } from "./Harness.ts";
import { inspect } from "./inspect.ts";
import { provoke, stayHere } from "./provoke.ts";
import { RENDERINGS } from "./renderings.ts";

const tripped: Array<number> = [];
const trip = (index: unknown): void => void tripped.push(Number(index));

// What a hostile text clobbers must not be what reports it.
const { append, replaceChildren } = Element.prototype;
const { body } = document;
const sentinel = new URL("/sentinel", location.href).href;
let sentinels = 0;

/** Waits until the browser has done what was asked of it before: loads, errors, frames, timers. */
const settle = async (): Promise<void> => {
  await new Promise<void>((done) => {
    const image = new Image();
    image.onload = image.onerror = () => done();
    image.src = `${sentinel}?${sentinels++}`;
  });
  for (let frame = 0; frame < 2; frame++) await new Promise((done) => requestAnimationFrame(done));
  await new Promise((done) => setTimeout(done));
};

const show: Harness["show"] = async (cases, rendering) => {
  const findings: Array<readonly [number, string]> = [];
  for (const { index, place, text } of cases) {
    const holder = document.createElement("div");
    append.call(holder, RENDERINGS[rendering](place, text));
    append.call(body, holder);
    for (const what of inspect(holder)) findings.push([index, what]);
    provoke(holder);
  }
  await settle();
  replaceChildren.call(body);
  for (const index of tripped.splice(0)) findings.push([index, "ran"]);
  return findings;
};

const lay: Harness["lay"] = (cases) => {
  body.replaceChildren(
    ...cases.map(({ place, text }) => {
      const holder = document.createElement("div");
      holder.className = "message";
      holder.append(RENDERINGS.safe(place, text));
      return holder;
    }),
  );
};

const ran: Harness["ran"] = async () => {
  await settle();
  return tripped.splice(0);
};

// A real click opens a page of its own; the synthetic ones of `show` need not, more than a thousand times.
if (!location.search.includes("follow")) stayHere();
window.addEventListener("message", ({ data }) => {
  const index = /^trip\((\d+)\)$/.exec(String(data))?.[1];
  if (index !== undefined) trip(index);
});
Object.defineProperty(window, "trip", { value: trip });
Object.defineProperty(window, "harness", { value: { show, lay, ran } satisfies Harness });
