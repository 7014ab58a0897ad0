import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const PROGRAM = join(import.meta.dirname, "screenProgram.ts");
const BUNDLER = join(import.meta.dirname, "../../../packages/server/src/bundle/bundleOptions.ts");

const SCRIPT = `
  import { rolldown } from "rolldown";
  const { BUNDLE_NAMES, bundleOptions } = await import(process.argv[1]);
  const bundle = await rolldown(bundleOptions({ screen: process.argv[2] }));
  await bundle.write({ dir: process.argv[3], ...BUNDLE_NAMES });
`;

/** The screen's program as people run it: bundled. Removed at the end of the scope. */
export const bundleScreen = async (): Promise<{ readonly path: string } & AsyncDisposable> => {
  const folder = await mkdtemp(join(tmpdir(), "clickclack-screen-"));
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", SCRIPT];
  await promisify(execFile)(process.execPath, [...args, BUNDLER, PROGRAM, folder], { timeout: 60_000 });
  return {
    path: join(folder, "screen.mjs"),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
};
