import type { Db } from "@clickclack/database/Database";
import { pendingMigrations } from "@clickclack/database/migrate";
import { serverFacts } from "@clickclack/database/serverFacts";
import { chatLog } from "@clickclack/eventsourcing/EventLog";
import { findLogMeta } from "@clickclack/eventsourcing/findLogMeta";
import type { Nats } from "@clickclack/eventsourcing/nats/Nats";
import { withNats, withPostgres } from "../operator/connect.ts";
import type { Instance } from "../operator/Instance.ts";
import { withoutSecrets } from "../operator/withoutSecrets.ts";
import { type ProjectionSource, projectionSources } from "../projections/projectionSources.ts";
import { projectionStatus, type ProjectionStatus } from "../projections/projectionStatus.ts";
import { broken, examined, type Finding, ok, warning } from "./Finding.ts";

/** A projector that runs gets on within this time, however far behind it is. */
const PATIENCE_MS = 5_000;
const LOOK_EVERY_MS = 100;

/** Postgres, its migrations, and how far each projection is. */
export const examinePostgres = (instance: Instance): Promise<ReadonlyArray<Finding>> =>
  withPostgres(instance, async (db) => {
    const { version, fsync } = await serverFacts(db);
    const where = `PostgreSQL ${version} at ${withoutSecrets(instance.db())}`;
    const server = fsync
      ? ok("postgres", where)
      : warning("postgres", `${where}, fsync is off: after a power cut the read models may need a rebuild`);
    const pending = await pendingMigrations(db);
    if (pending.length > 0)
      return [server, broken("migrations", `missing: ${pending.join(", ")}; run  clickclack migrate`)];
    const projections = await examined("projections", () => examineProjections(instance, db));
    return [server, ok("migrations", "up to date"), ...projections];
  });

const examineProjections = (instance: Instance, db: Db): Promise<ReadonlyArray<Finding>> =>
  withNats(instance, async (nats) => {
    const meta = await findLogMeta(nats);
    if (!meta) return [];
    const sources = projectionSources(chatLog(meta.partitions));
    return Promise.all(sources.map((source) => examineProjection(nats, db, source)));
  });

const examineProjection = async (nats: Nats, db: Db, source: ProjectionSource): Promise<Finding> => {
  const first = await projectionStatus(nats, db, source);
  const check = `projection ${first.name}`;
  if (first.generation === undefined)
    return broken(check, "its tables were never made; no projector has run");
  const other = examineFormat(first);
  if (other) return other;
  const stuck = await stuckPartitions(first, () => projectionStatus(nats, db, source));
  const lag = first.partitions.reduce((sum, one) => sum + one.lag, 0);
  return stuck.length === 0
    ? ok(
        check,
        `generation ${first.generation}, ${lag === 0 ? "up to date" : `${lag} commits behind and moving`}`,
      )
    : broken(
        check,
        `partition ${stuck.join(", ")} is behind the log and does not move; see the server's log`,
      );
};

/** What there is to say of live tables that are not of this program's format. */
const examineFormat = ({
  name,
  format = 0,
  known_format: known,
  beside,
}: ProjectionStatus): Finding | undefined => {
  const check = `projection ${name}`;
  if (format === known) return undefined;
  const what = `its tables have format ${format}; this program knows ${known}`;
  if (format > known)
    return broken(
      check,
      `${what}. Use a newer program, or go back with  clickclack projections rebuild ${name}`,
    );
  const work = beside.find((one) => one.in_work && one.purpose === "rebuild" && one.format === known);
  if (!work) return broken(check, `${what}, and nobody builds new ones; start a projector of this version`);
  const folded = work.partitions.reduce((sum, { checkpoint }) => sum + checkpoint, 0);
  const tail = work.partitions.reduce((sum, one) => sum + one.tail, 0);
  return warning(check, `${what}; new ones are being built, ${folded} of ${tail} commits. Reads answer 503`);
};

/** The partitions that were behind and did not get on since. */
const stuckPartitions = async (
  first: ProjectionStatus,
  look: () => Promise<ProjectionStatus>,
): Promise<ReadonlyArray<number>> => {
  const deadline = Date.now() + PATIENCE_MS;
  let behind = first.partitions.filter(({ lag }) => lag > 0);
  while (behind.length > 0 && Date.now() < deadline) {
    await new Promise((resume) => setTimeout(resume, LOOK_EVERY_MS));
    const { partitions } = await look();
    behind = behind.filter(({ partition, checkpoint }) => partitions[partition]!.checkpoint <= checkpoint);
  }
  return behind.map(({ partition }) => partition);
};
