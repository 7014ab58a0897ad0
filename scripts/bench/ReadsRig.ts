import type { BenchOptions } from "./BenchOptions.ts";
import type { Library } from "./library.ts";
import type { Program } from "./Program.ts";
import type { GetTarget } from "./readers.ts";

/** A server with much to read in it, and who reads. */
export interface ReadsRig extends BenchOptions {
  readonly library: Library;
  readonly readers: Program;
  /** URL of its database. */
  readonly db: string;
  readonly get: (path: string) => GetTarget;
}
