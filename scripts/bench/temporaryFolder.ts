import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cleanup } from "./Cleanup.ts";

/** A new folder that is removed when the bench is over. */
export const temporaryFolder = (cleanup: Cleanup): string => {
  const folder = mkdtempSync(join(tmpdir(), "clickclack-bench-"));
  cleanup.add(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
};
