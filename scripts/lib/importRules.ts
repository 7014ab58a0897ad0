import { builtinModules } from "node:module";
import type { Import } from "./importsOf.ts";
import { drivers, emptyNames, isLayer, mayImport, typesOnly, type Layer } from "./layers.ts";
import type { Project } from "./ProjectGraph.ts";
import { packageOf, resolveImport } from "./resolveImport.ts";
import { isTestFile } from "./sourceFiles.ts";

/** What the rules know beside the file at hand. */
export interface Repository {
  readonly projects: ReadonlyArray<Project>;
  /** Packages that the root's package.json declares: the tools, for tests and scripts. */
  readonly tools: ReadonlySet<string>;
}

type Rule = (file: string, imported: Import, repository: Repository) => string | undefined;

const builtins = new Set(builtinModules);

/** Written by a bundler or a framework, not installed: SvelteKit's and Vite's own specifiers. */
const isVirtual = (specifier: string) => /^(virtual:|\$|#)/.test(specifier);

const isBare = (specifier: string) =>
  !specifier.startsWith(".") && !specifier.startsWith("/") && !isVirtual(specifier);

const isBuiltin = (specifier: string) => specifier.startsWith("node:") || builtins.has(specifier);

/** The package in which a file lies; undefined for scripts and whole-system tests. */
export const projectOf = (file: string, projects: ReadonlyArray<Project>): Project | undefined =>
  projects.find(({ folder }) => file.startsWith(`${folder}/`));

const layerOf = (project: Project): Layer | undefined => project.layers.find(isLayer);

const directionRule: Rule = (file, imported, { projects }) => {
  const from = projectOf(file, projects);
  const to = projects.find(({ name }) => name === packageOf(imported.specifier));
  if (from === undefined || to === undefined || from === to) return undefined;
  const [fromLayer, toLayer] = [layerOf(from), layerOf(to)];
  if (fromLayer === undefined || toLayer === undefined) return undefined;
  if (!mayImport(fromLayer, toLayer)) {
    return `layer ${fromLayer} may not import layer ${toLayer} (${imported.specifier})`;
  }
  if (typesOnly.has(fromLayer) && imported.kind !== "type" && !isTestFile(file)) {
    return `layer ${fromLayer} takes only types from ${to.name}: write \`import type\` (${imported.specifier})`;
  }
  return undefined;
};

const driverRule: Rule = (file, { specifier }) => {
  if (!file.startsWith("packages/")) return undefined;
  const driver = drivers.find(({ name }) => name.test(packageOf(specifier)));
  if (driver === undefined || file.startsWith(`${driver.home}/`)) return undefined;
  return `${packageOf(specifier)} is imported in ${driver.home} alone`;
};

const declarationRule: Rule = (file, { specifier }, { projects, tools }) => {
  if (!isBare(specifier) || isBuiltin(specifier)) return undefined;
  const name = packageOf(specifier);
  const project = projectOf(file, projects);
  if (project === undefined) {
    const known = tools.has(name) || projects.some((each) => each.name === name || each.declared.has(name));
    return known ? undefined : `${name} is in no package.json of this repository`;
  }
  if (project.declared.has(name) || project.name === name) return undefined;
  if (tools.has(name) && isToolUser(file, project)) return undefined;
  return `${name} is not in ${project.folder}/package.json`;
};

/** Tests, benchmarks and the configuration beside package.json may use the root's tools. */
const isToolUser = (file: string, project: Project) =>
  isTestFile(file) || !file.startsWith(`${project.folder}/src/`);

const stayRule: Rule = (file, { specifier }, { projects }) => {
  if (!specifier.startsWith(".")) return undefined;
  const target = resolveImport(file, specifier, projects) ?? "";
  const home = projectOf(file, projects)?.folder;
  // The servers under test are shared by all suites, and test/ is no package that could be imported by its name.
  if (isTestFile(file) && target.startsWith("test/support/")) return undefined;
  if (home !== undefined && !target.startsWith(`${home}/`))
    return `${specifier} leaves ${home}: import the package by its name`;
  if (home === undefined && target.startsWith("packages/"))
    return `${specifier} reaches into a package: import it by its name`;
  return undefined;
};

const rules: ReadonlyArray<Rule> = [directionRule, driverRule, declarationRule, stayRule];

/** What is wrong with one import of a file. */
export const importProblems = (
  file: string,
  imported: Import,
  repository: Repository,
): ReadonlyArray<string> => rules.flatMap((rule) => rule(file, imported, repository) ?? []);

/** What is wrong with a file's own name. */
export const nameProblem = (file: string): string | undefined => {
  const name = file.slice(file.lastIndexOf("/") + 1);
  return emptyNames.test(name) ? "this name says nothing: name the file after its one export" : undefined;
};

/** What is wrong with a package's tags and with the dependencies that Nx's graph shows. */
export const projectProblems = (
  project: Project,
  projects: ReadonlyArray<Project>,
): ReadonlyArray<string> => {
  const [layer, ...others] = project.layers;
  if (layer === undefined || others.length > 0 || !isLayer(layer)) {
    return [`nx.tags must hold exactly one known layer, not ${JSON.stringify(project.layers)}`];
  }
  return project.dependsOn.flatMap((name) => {
    const to = projects.find((each) => each.name === name);
    const toLayer = to && layerOf(to);
    if (toLayer === undefined || mayImport(layer, toLayer)) return [];
    return [`layer ${layer} may not depend on layer ${toLayer} (${name})`];
  });
};
