// Exits 0 when node_modules holds exactly the versions that package-lock.json names. Runs on the system's Node, so plain JavaScript.
import { readFileSync } from "node:fs";

const read = (file) => JSON.parse(readFileSync(file, "utf8")).packages;

const isMissing = (locked, found) => {
  if (locked.link) return found?.link !== true;
  if (found === undefined) return !(locked.optional || locked.devOptional);
  return found.version !== locked.version || found.integrity !== locked.integrity;
};

try {
  const locked = read("package-lock.json");
  const found = read("node_modules/.package-lock.json");
  const missing = Object.keys(locked).filter(
    (path) => path.includes("node_modules/") && isMissing(locked[path], found[path]),
  );
  process.exitCode = missing.length === 0 ? 0 : 1;
} catch {
  process.exitCode = 1;
}
