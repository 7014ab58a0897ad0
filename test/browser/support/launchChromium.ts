import { type Browser, chromium } from "playwright-core";
import { inject } from "vitest";

/** Nothing but the test's own servers can be reached, and Chromium does nothing of its own accord. */
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/** Starts Chromium with a new, empty profile, which goes with it. */
export const launchChromium = async (): Promise<Browser> => {
  const { path, missing } = inject("chromium");
  if (path === undefined) throw new Error(missing);
  return chromium.launch({ executablePath: path, args: FLAGS });
};
