import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.ts";

const skippedFolders = new Set(["node_modules", "dist", "build", "coverage", "generated"]);
const sourceName = /\.(ts|tsx|mts|js|mjs|svelte)$/;

const walk = (folder: string, base: string): ReadonlyArray<string> =>
  readdirSync(join(base, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      return entry.name.startsWith(".") || skippedFolders.has(entry.name) ? [] : walk(path, base);
    }
    return entry.isFile() && sourceName.test(entry.name) ? [path] : [];
  });

/** Every hand-written source file of packages, scripts and test, as paths below `base`. */
export const sourceFiles = (base: string = root): ReadonlyArray<string> =>
  ["packages", "scripts", "test"]
    .flatMap((folder) => walk(folder, base))
    .filter((path) => !path.includes(".generated."));

/** Whether a file only runs under test: it may use the root's devDependencies. */
export const isTestFile = (file: string): boolean =>
  /\.(test|bench)\.tsx?$/.test(file) || file.startsWith("test/") || /\/(testing|test)\//.test(file);
