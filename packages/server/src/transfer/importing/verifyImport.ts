import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportWorkspace } from "../exporting/exportWorkspace.ts";
import { compareExports } from "./compareExports.ts";
import type { Imported, ImportOptions } from "./importWorkspace.ts";

/** Exports what was imported, up to the same version, into a temporary folder, and compares. Returns what differs. */
export const verifyImport = async (
  options: ImportOptions,
  { manifest, workspaceId, slug, position, ids }: Imported,
): Promise<ReadonlyArray<string>> => {
  const { deployment, store, progress } = options;
  const copy = await mkdtemp(join(tmpdir(), "clickclack-verify-"));
  try {
    const withDrafts = manifest.with_drafts;
    const again = { deployment, store, progress, workspaceId, dir: copy, withDrafts, upTo: position };
    await exportWorkspace(again);
    return await compareExports(options.dir, copy, {
      ids,
      slug: { from: manifest.workspace.slug, to: slug },
    });
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
};
