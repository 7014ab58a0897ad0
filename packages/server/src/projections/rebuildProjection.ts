import type { Db } from "@clickclack/database/Database";
import { maintainProjection } from "@clickclack/database/maintainProjection";
import type { Nats } from "@clickclack/eventsourcing/nats/Nats";
import type { ProjectionSource } from "./projectionSources.ts";
import { type Rebuild, replaceTables } from "./replaceTables.ts";

/** Builds a projection's tables anew, in this program's format whichever the live ones have. Throws ProjectionBusy. */
export const rebuildProjection = (nats: Nats, db: Db, source: ProjectionSource): Promise<Rebuild> =>
  maintainProjection(db, source.definition.name, () => replaceTables(nats, db, source));
