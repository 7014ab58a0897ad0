import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nxEnvironment } from "./nxEnvironment.ts";
import { root } from "./root.ts";

/** A package, as Nx's project graph and its package.json tell of it. */
export interface Project {
  readonly name: string;
  /** Its folder below the root. */
  readonly folder: string;
  /** What its `layer:` tags name; a sound package has exactly one. */
  readonly layers: ReadonlyArray<string>;
  /** Names of the packages of this repository that it depends on, by Nx's graph. */
  readonly dependsOn: ReadonlyArray<string>;
  /** Names of all packages that its package.json declares, in any field. */
  readonly declared: ReadonlySet<string>;
  /** Its `exports`: subpath pattern to file pattern. */
  readonly exports: Readonly<Record<string, string>>;
}

interface NxGraph {
  readonly nodes: Record<
    string,
    { readonly name: string; readonly data: { readonly root: string; readonly tags?: ReadonlyArray<string> } }
  >;
  readonly dependencies: Record<string, ReadonlyArray<{ readonly target: string }>>;
}

interface Manifest {
  readonly exports?: unknown;
  readonly [field: string]: unknown;
}

const fields = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];

const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest;

/** The names of all packages that a folder's package.json declares. */
export const declaredIn = (folder: string): ReadonlySet<string> => {
  const manifest = readManifest(folder);
  return new Set(fields.flatMap((field) => Object.keys(manifest[field] ?? {})));
};

const target = (value: unknown): string | undefined => {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return undefined;
  const conditions = value as Record<string, unknown>;
  return target(conditions["import"] ?? conditions["svelte"] ?? conditions["default"]);
};

const exportsOf = (folder: string): Record<string, string> => {
  const { exports } = readManifest(folder);
  if (typeof exports === "string") return { ".": exports };
  const entries = Object.entries((exports ?? {}) as Record<string, unknown>);
  return Object.fromEntries(
    entries.flatMap(([key, value]) => (target(value) === undefined ? [] : [[key, target(value) ?? ""]])),
  );
};

const runNx = (): NxGraph => {
  const folder = mkdtempSync(join(tmpdir(), "clickclack-graph-"));
  try {
    const file = join(folder, "graph.json");
    execFileSync("nx", ["graph", `--file=${file}`], {
      cwd: root,
      env: nxEnvironment(),
      stdio: ["ignore", "ignore", "inherit"],
    });
    return (JSON.parse(readFileSync(file, "utf8")) as { readonly graph: NxGraph }).graph;
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Asks Nx for the project graph; gives the projects that are packages. Throws when Nx fails. */
export const projectGraph = (): ReadonlyArray<Project> => {
  const graph = runNx();
  const packages = Object.values(graph.nodes).filter((node) => node.data.root.startsWith("packages/"));
  const names = new Set(packages.map((node) => node.name));
  return packages.map(({ name, data }) => ({
    name,
    folder: data.root,
    layers: (data.tags ?? [])
      .filter((tag) => tag.startsWith("layer:"))
      .map((tag) => tag.slice("layer:".length)),
    dependsOn: (graph.dependencies[name] ?? []).map((edge) => edge.target).filter((to) => names.has(to)),
    declared: declaredIn(data.root),
    exports: exportsOf(data.root),
  }));
};
