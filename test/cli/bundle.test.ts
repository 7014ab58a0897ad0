import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const folders: Array<string> = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** The project somewhere else, with the same libraries and nothing bundled yet. */
const installation = () => {
  const root = mkdtempSync(join(tmpdir(), "clickclack-bundle-"));
  folders.push(root);
  cpSync(join(ROOT, "packages"), join(root, "packages"), { recursive: true });
  cpSync(join(ROOT, "package-lock.json"), join(root, "package-lock.json"));
  const libraries = join(root, "node_modules");
  mkdirSync(libraries);
  for (const name of readdirSync(join(ROOT, "node_modules")))
    if (name !== ".cache") symlinkSync(join(ROOT, "node_modules", name), join(libraries, name));
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  return {
    root,
    libraries,
    main: join(root, "packages/server/src/main.ts"),
    bundles: () => readdirSync(join(libraries, ".cache/clickclack/bundles")),
    run: (...args: ReadonlyArray<string>) => {
      const { status, stdout, stderr } = spawnSync(join(root, "packages/server/bin/clickclack"), args, {
        env,
        encoding: "utf8",
      });
      return { status, stdout, stderr };
    },
  };
};

const VERSION = { status: 0, stdout: expect.stringMatching(/^clickclack v\d/), stderr: "" };

test("commands run from one bundle, which is made anew when a source is another, whatever its time", () => {
  const here = installation();
  expect(here.run("--version")).toEqual(VERSION);
  expect(here.run("--version")).toEqual(VERSION);
  expect(here.bundles()).toHaveLength(1);

  writeFileSync(here.main, "process.stdout.write('another program\\n');\n");
  utimesSync(here.main, 0, 0);
  expect(here.run("--version")).toEqual({ status: 0, stdout: "another program\n", stderr: "" });
  expect(here.bundles()).toHaveLength(2);
});

test("where no bundle can be made the sources run, and it is said why there is none", () => {
  const here = installation();
  appendFileSync(join(here.libraries, ".cache"), "a file where a folder should be");
  expect(here.run("--version")).toEqual({ ...VERSION, stderr: expect.stringContaining(".cache") });
});
