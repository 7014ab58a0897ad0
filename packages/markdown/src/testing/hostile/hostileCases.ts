import { LINKS } from "./addresses.ts";
import { CLOBBERING } from "./clobbering.ts";
import { ENCODED } from "./encodings.ts";
import type { HostileCase, Place, Vector } from "./HostileCase.ts";
import { MARKUP } from "./markup.ts";
import { MUTATIONS } from "./mutations.ts";
import { FILE_NAMES, NAMES } from "./names.ts";
import { REFERENCES } from "./references.ts";
import { SIZES } from "./sizes.ts";
import { STRUCTURES } from "./structures.ts";
import { WRAPPED } from "./wrappings.ts";

const FAMILIES: ReadonlyArray<readonly [family: string, place: Place, vectors: ReadonlyArray<Vector>]> = [
  ["markup", "body", MARKUP],
  ["wrapped", "body", WRAPPED],
  ["encoded", "body", ENCODED],
  ["links", "body", LINKS],
  ["mutations", "body", MUTATIONS],
  ["clobbering", "body", CLOBBERING],
  ["structures", "body", STRUCTURES],
  ["references", "body", REFERENCES],
  ["sizes", "body", SIZES],
  ["names", "name", NAMES],
  ["fileNames", "fileName", FILE_NAMES],
];

/** All cases, always the same ones in the same order. Their payload is `trip(index)`. */
export const hostileCases = (): ReadonlyArray<HostileCase> => {
  const cases: Array<HostileCase> = [];
  const seen = new Set<string>();
  for (const [family, place, vectors] of FAMILIES) {
    for (const vector of vectors) {
      // Two vectors may come out the same; the payload's number would only make them look different.
      const alike = `${place} ${vector("trip(0)")}`;
      if (seen.has(alike)) continue;
      seen.add(alike);
      const index = cases.length;
      cases.push({ id: `${family}-${index}`, index, family, place, text: vector(`trip(${index})`) });
    }
  }
  return cases;
};
