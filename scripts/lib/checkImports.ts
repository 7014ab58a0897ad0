// Which package may import which, who may import the drivers, and no circles. The rules are in importRules.ts and layers.ts.
import { importCycles } from "./importCycles.ts";
import { importProblems, nameProblem, projectProblems, type Repository } from "./importRules.ts";
import { importsOf, type Import } from "./importsOf.ts";
import { report, type Problem } from "./Problem.ts";
import { declaredIn, projectGraph } from "./ProjectGraph.ts";
import { resolveImport } from "./resolveImport.ts";
import { readSource } from "./Source.ts";
import { sourceFiles } from "./sourceFiles.ts";

const problems: Array<Problem> = [];
const projects = projectGraph();
const repository: Repository = { projects, tools: declaredIn(".") };
const files = sourceFiles();
const graph = new Map<string, Set<string>>();

const imports = (file: string): ReadonlyArray<Import> => {
  try {
    return importsOf(readSource(file));
  } catch (error) {
    problems.push({ file, line: 0, message: `cannot be parsed: ${String(error)}` });
    return [];
  }
};

for (const project of projects) {
  for (const message of projectProblems(project, projects)) {
    problems.push({ file: `${project.folder}/package.json`, line: 0, message });
  }
}

for (const file of files) {
  const message = nameProblem(file);
  if (message !== undefined) problems.push({ file, line: 0, message });
  const loaded = new Set<string>();
  graph.set(file, loaded);
  for (const imported of imports(file)) {
    for (const wrong of importProblems(file, imported, repository)) {
      problems.push({ file, line: imported.line, message: wrong });
    }
    const target = resolveImport(file, imported.specifier, projects);
    if (imported.kind === "value" && target !== undefined) loaded.add(target);
  }
}

for (const circle of importCycles(graph)) {
  problems.push({ file: circle[0] ?? "", line: 0, message: `circular import: ${circle.join(" → ")}` });
}

report(`Imports of ${files.length} files in ${projects.length} packages`, problems);
