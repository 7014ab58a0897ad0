// buildBundle.ts FOLDER: bundles the command line into FOLDER, and removes bundles beside it that nobody uses any more.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { rolldown } from "rolldown";
import { BUNDLE_NAMES, bundleOptions } from "./bundleOptions.ts";

/** Older bundles that stay: programs that run from them may still load a part. */
const KEPT = 5;
const KEPT_FOR_MS = 3_600_000;

const bundleInto = async (dir: string): Promise<void> => {
  const input = {
    main: join(import.meta.dirname, "../main.ts"),
    chat: join(import.meta.dirname, "../../../terminal/src/main.ts"),
  };
  const bundle = await rolldown(bundleOptions(input));
  await bundle.write({ dir, ...BUNDLE_NAMES });
  await bundle.close();
};

const removeOld = (folder: string, current: string): void => {
  const ageOf = (name: string) => Date.now() - statSync(join(folder, name)).mtimeMs;
  const others = readdirSync(folder).filter((name) => name !== current);
  const youngestFirst = others
    .map((name) => ({ name, age: ageOf(name) }))
    .toSorted((one, other) => one.age - other.age);
  for (const { name, age } of youngestFirst.slice(KEPT))
    if (age > KEPT_FOR_MS) rmSync(join(folder, name), { recursive: true, force: true });
};

const build = async (target: string): Promise<void> => {
  const folder = dirname(target);
  mkdirSync(folder, { recursive: true });
  // Whole, or not there: two starts at once make one each, and the first to be done is the one that is used.
  const made = mkdtempSync(join(folder, "unfinished-"));
  try {
    await bundleInto(made);
    renameSync(made, target);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  removeOld(folder, basename(target));
};

try {
  await build(process.argv[2]!);
} catch (error) {
  // Its first lines say what; the others draw it.
  const why = stripVTControlCharacters(String(error)).split("\n").filter(Boolean).slice(0, 2).join(" ");
  console.error(`clickclack: runs from its sources, which is slower, as no bundle could be made: ${why}`);
  process.exitCode = 1;
}
