import type { TestProject } from "vitest/node";
import { requireChromium } from "./chromium.ts";

/** The path of a Chromium, or the sentence that says why there is none. */
export interface FoundChromium {
  readonly path?: string;
  readonly missing?: string;
}

declare module "vitest" {
  interface ProvidedContext {
    chromium: FoundChromium;
  }
}

/** Finds the browser once, before any test's time runs: on a bare machine it has to be installed. */
export default async function setup(project: TestProject): Promise<void> {
  // Without it the browser's tests fail; thrown here, the error would take all other tests with them.
  const found = await requireChromium().then(
    (path): FoundChromium => ({ path }),
    (error: Error): FoundChromium => ({ missing: error.message }),
  );
  project.provide("chromium", found);
}
