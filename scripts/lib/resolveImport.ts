import { posix } from "node:path";
import type { Project } from "./ProjectGraph.ts";

/** The package that a bare specifier names: `@scope/name/sub` is of `@scope/name`. */
export const packageOf = (specifier: string): string =>
  specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");

const throughExports = (project: Project, subpath: string): string | undefined => {
  for (const [key, value] of Object.entries(project.exports)) {
    if (key === subpath) return posix.join(project.folder, value);
    const [before, after] = key.split("*");
    if (before === undefined || after === undefined) continue;
    if (!subpath.startsWith(before) || !subpath.endsWith(after)) continue;
    const star = subpath.slice(before.length, subpath.length - after.length);
    return posix.join(project.folder, value.replaceAll("*", star));
  }
  return undefined;
};

/** The file below the root that an import leads to, if it is one of this repository; it need not exist. */
export const resolveImport = (
  file: string,
  specifier: string,
  projects: ReadonlyArray<Project>,
): string | undefined => {
  if (specifier.startsWith(".")) return posix.join(posix.dirname(file), specifier);
  const project = projects.find(({ name }) => name === packageOf(specifier));
  return project && throughExports(project, `.${specifier.slice(project.name.length)}`);
};
