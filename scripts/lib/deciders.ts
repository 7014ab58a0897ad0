/** Where deciders are looked for: files that export a name beginning with `decide` or `evolve`. */
export const deciderFolders = ["packages/workspace/src/", "packages/identity/src/"];

/** Parts of those folders that hold no deciders: folds into the read models. */
export const otherFolders = ["/projections/"];

export const deciderExport = /^(decide|evolve)/;

/** Modules that bring time, chance, effects or the world into a decision; of `effect` itself these names. */
export const impureModules =
  /^(node:)?(crypto|fs|fs\/promises|timers|timers\/promises|process|os|child_process|net|http|https)$/;

export const impureOfEffect: ReadonlySet<string> = new Set([
  "Effect",
  "Layer",
  "Context",
  "Clock",
  "Random",
  "Runtime",
  "Fiber",
  "Stream",
  "Schedule",
]);

/** Members whose value differs from call to call. */
export const impureMembers: ReadonlySet<string> = new Set([
  "Date.now",
  "Math.random",
  "performance.now",
  "process.env",
  "process.hrtime",
  "DateTime.now",
  "DateTime.unsafeNow",
  "DateTime.nowUnsafe",
  "Bun.env",
]);

/** Globals that may not be used at all. */
export const impureGlobals: ReadonlySet<string> = new Set([
  "crypto",
  "fetch",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
]);
