import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";

interface Context {
  readonly workspaceRoot: string;
}

const packageInputs = ["default", "^default", "{workspaceRoot}/package-lock.json"];

// Folders without a package.json declare nothing, so what they import may be in any package.
const otherInputs = ["default", "{workspaceRoot}/packages/*/**/*", "{workspaceRoot}/package-lock.json"];

const infer = (file: string, { workspaceRoot }: Context) => {
  const folder = dirname(file);
  const isPackage = existsSync(join(workspaceRoot, folder, "package.json"));
  const typecheck = {
    command: "tsc --noEmit -p tsconfig.json",
    options: { cwd: folder },
    cache: true,
    inputs: isPackage ? packageInputs : otherInputs,
  };
  const name = isPackage ? {} : { name: basename(folder) };
  return { projects: { [folder]: { root: folder, ...name, targets: { typecheck } } } };
};

/**
 * An Nx plugin: every folder with a tsconfig.json gets a `typecheck` target.
 * A `typecheck` script in the folder's package.json takes its place (such as svelte-check).
 */
export const createNodesV2 = [
  "{packages/*,scripts,test}/tsconfig.json",
  (files: ReadonlyArray<string>, _options: unknown, context: Context) =>
    files.map((file) => [file, infer(file, context)] as const),
] as const;

export const createNodes = createNodesV2;
