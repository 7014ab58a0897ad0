import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("..", import.meta.url));
const globalSetup = [fileURLToPath(new URL("support/services.globalSetup.ts", import.meta.url))];
const chromium = fileURLToPath(new URL("support/chromium.globalSetup.ts", import.meta.url));
const UNIT = ["packages/**/src/**/*.test.ts", "scripts/**/*.test.ts"];
const INT = ["packages/**/src/**/*.int.test.ts"];
const IGNORED = ["**/node_modules/**", "**/dist/**"];

/**
 * To load everything anew for each file takes half a second of a processor; what files leave behind is on servers, under
 * names of their own.
 */
const SHARED = { root, isolate: false, restoreMocks: true };

/**
 * What a test costs decides its project: `unit` needs nothing, `int` needs NATS and Postgres, `system` runs the whole
 * product, `browser` needs Chromium too, `chaos` breaks it for minutes and has a command of its own.
 */
export default defineConfig({
  root,
  test: {
    pool: "forks",
    // two cores: the servers under test need one of them
    maxWorkers: 2,
    passWithNoTests: true,
    projects: [
      {
        test: {
          name: "unit",
          ...SHARED,
          include: UNIT,
          exclude: [...IGNORED, ...INT],
          testTimeout: 10_000,
        },
      },
      {
        test: {
          name: "int",
          ...SHARED,
          include: INT,
          exclude: IGNORED,
          globalSetup,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "system",
          ...SHARED,
          include: ["test/**/*.test.ts"],
          exclude: [...IGNORED, "test/chaos/**", "test/containers/**", "test/browser/**"],
          globalSetup,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "browser",
          ...SHARED,
          include: ["test/browser/**/*.test.ts"],
          exclude: IGNORED,
          globalSetup: [...globalSetup, chromium],
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "chaos",
          ...SHARED,
          include: ["test/chaos/**/*.test.ts"],
          exclude: IGNORED,
          globalSetup,
          testTimeout: 900_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
