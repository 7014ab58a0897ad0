// Deciders, and the files of the same package that they load, are plain functions: time, chance and new ids arrive in the command.
import { deciderFolders, otherFolders } from "./deciders.ts";
import { importsOf } from "./importsOf.ts";
import { report, type Problem } from "./Problem.ts";
import { exportsDecider, impurities } from "./purity.ts";
import { resolveImport } from "./resolveImport.ts";
import { readSource, type Source } from "./Source.ts";
import { isTestFile, sourceFiles } from "./sourceFiles.ts";

const candidates = sourceFiles().filter(
  (file) =>
    deciderFolders.some((folder) => file.startsWith(folder)) &&
    !otherFolders.some((folder) => file.includes(folder)) &&
    !isTestFile(file),
);
const sources = new Map<string, Source>(candidates.map((file) => [file, readSource(file)]));

const deciders = new Set([...sources.values()].filter(exportsDecider).map(({ file }) => file));

/** The files that deciders load, themselves included, each with the decider that led there. */
const reached = new Map<string, string>();
const follow = (file: string, from: string): void => {
  const source = sources.get(file);
  if (source === undefined || reached.has(file)) return;
  const decider = deciders.has(file) ? file : from;
  reached.set(file, decider);
  for (const { specifier, kind } of importsOf(source)) {
    if (kind === "value" && specifier.startsWith("."))
      follow(resolveImport(file, specifier, []) ?? "", decider);
  }
};
for (const decider of deciders) follow(decider, decider);

const problems = [...reached].flatMap(([file, decider]): ReadonlyArray<Problem> => {
  const why = file === decider ? "a decider" : `loaded by the decider ${decider}`;
  const source = sources.get(file);
  return source === undefined
    ? []
    : impurities(source).map(({ line, message }) => ({ file, line, message: `${message} (${why})` }));
});

report(
  `Purity of ${deciders.size} deciders and ${reached.size - deciders.size} files that they load`,
  problems,
);
