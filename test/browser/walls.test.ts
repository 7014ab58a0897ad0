import type { HostileCase } from "@clickclack/markdown/testing/hostile/HostileCase";
import { hostileCases } from "@clickclack/markdown/testing/hostile/hostileCases";
import type { Rendering } from "@clickclack/markdown/testing/page/Harness";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "./support/launchChromium.ts";
import { PageServer } from "./support/PageServer.ts";
import { type Report, Tripwire } from "./support/Tripwire.ts";

const cases = hostileCases();
let browser: Browser;
let pages: PageServer;

beforeAll(async () => {
  [browser, pages] = await Promise.all([launchChromium(), PageServer.start()]);
});
afterAll(async () => {
  await browser?.close();
  await pages?.stop();
});

const show = async (rendering: Rendering): Promise<Report> => {
  const tripwire = await Tripwire.open(browser, pages.url);
  return tripwire.show(cases, rendering).finally(() => tripwire.close());
};

const guilty = ({ found }: Report): ReadonlyArray<readonly [text: string, what: ReadonlyArray<string>]> =>
  [...found].map(([index, what]) => [cases[index]!.text, [...what]]);

test("there are more than a thousand hostile texts, no two of them alike, and always the same", () => {
  const alike = ({ place, text, index }: HostileCase) => `${place} ${text.replaceAll(`trip(${index})`, "")}`;
  expect(new Set(cases.map(alike)).size).toBeGreaterThan(1_000);
  expect(hostileCases()).toEqual(cases);
});

describe("nothing runs, whichever wall stands alone", () => {
  test.each(["rendererAlone", "sanitizerAlone", "parsedAgain"] as const)("%s", async (rendering) => {
    const report = await show(rendering);
    expect(guilty(report)).toEqual([]);
    expect(report.outside).toEqual([]);
  });
});

/** Of each family, the share of texts that a careless page shows with something forbidden, and that run there. */
const sharesOf = ({ found }: Report, family: string) => {
  const all = cases.filter((one) => one.family === family);
  const shareOf = (is: (what: ReadonlySet<string>) => boolean) =>
    all.filter(({ index }) => is(found.get(index) ?? new Set())).length / all.length;
  return { caught: shareOf((what) => what.size > 0), ran: shareOf((what) => what.has("ran")) };
};

describe("the tripwire sees what careless pages let through", () => {
  /** Where HTML is taken as it is; links of Markdown are no HTML, so few of their texts do anything there. */
  test("raw HTML", async () => {
    const report = await show("raw");
    for (const family of ["markup", "mutations", "clobbering", "wrapped", "names", "fileNames"]) {
      const { caught, ran } = sharesOf(report, family);
      expect(caught, family).toBeGreaterThan(0.6);
      expect(ran, family).toBeGreaterThan(0.4);
    }
    expect(report.outside).toContainEqual(expect.stringMatching(/^request .*\/nowhere$/));
  });

  test("Markdown with raw HTML and links to anywhere", async () => {
    const report = await show("careless");
    expect(report.found.size).toBeGreaterThan(cases.length * 0.7);
    for (const family of new Set(cases.map((one) => one.family))) {
      const { caught, ran } = sharesOf(report, family);
      expect(caught, family).toBeGreaterThan(0.3);
      expect(ran, family).toBeGreaterThan(family === "links" ? 0.05 : 0.2);
    }
    for (const kind of ["a frame", "navigation to", "request https://hostile.example/", "error "])
      expect(report.outside).toContainEqual(expect.stringContaining(kind));
  });
});
