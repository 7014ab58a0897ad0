import { withDeployment, withMigratedPostgres } from "../operator/connect.ts";
import type { Imported, ImportOptions } from "../transfer/importing/importWorkspace.ts";
import type { InstanceFlags } from "./instanceFlags.ts";
import { instanceOf } from "./instanceOf.ts";

type Places = Pick<ImportOptions, "deployment" | "db" | "store">;

/** Runs an import with what it writes to. */
export const withPlaces = <A>(where: InstanceFlags, work: (places: Places) => Promise<A>): Promise<A> => {
  const instance = instanceOf(where);
  return withDeployment(instance, (deployment) =>
    withMigratedPostgres(instance, async (db) => {
      const { openKnownUploads } = await import("../serve/openUploads.ts");
      const { store, close } = await openKnownUploads(deployment.meta);
      try {
        return await work({ deployment, db, store });
      } finally {
        await close();
      }
    }),
  );
};

/** What an import came to, for people. */
export const OUTCOMES: { readonly [Outcome in Imported["outcome"]]: string } = {
  imported: "imported",
  resumed: "resumed and imported",
  already_imported: "already imported",
};
