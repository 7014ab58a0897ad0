import { type Db, openDatabase } from "@clickclack/database/Database";
import { migrate } from "@clickclack/database/migrate";
import { ProjectionTables } from "@clickclack/database/ProjectionTables";
import { sql } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import { freshDatabase } from "../../../../test/support/services.ts";
import { recordQueries } from "../testing/recordQueries.ts";
import { ChatProjection } from "./ChatProjection.ts";
import { type AuditFilter, listAudit } from "./listAudit.ts";

const ENTRIES = 50_000;
const LIMIT = 11;

/** Two workspaces, an entry a second in each; every value of a column comes again and again. */
const seed = async (db: Db): Promise<void> => {
  await sql`insert into rm_chat_1.audit_entries
    (workspace_id, version, event_id, type, at, actor_id, target_id, channel_id, correlation_id, details)
    select 'wsp_' || w, n, 'evt_' || n, 'type.' || n % 20, timestamptz '2026-01-01' + make_interval(secs => n),
      'usr_' || n % 300, 'usr_' || n % 301, 'chn_' || n % 299, 'req_' || n, '{}'
    from generate_series(1, ${sql.lit(ENTRIES)}) n, (values ('a'), ('b')) as of(w)`.execute(db);
  await sql`analyze rm_chat_1.audit_entries`.execute(db);
};

const FILTERS: ReadonlyArray<AuditFilter> = [
  {},
  { type: "type.7" },
  { actorId: "usr_7" },
  { targetId: "usr_7" },
  { channelId: "chn_7" },
  { since: "2026-01-01T01:00:00.000Z", until: "2026-01-01T02:00:00.000Z" },
  { actorId: "usr_7", until: "2026-01-01T02:00:00.000Z" },
];

test("a page of the audit log is read by an index in its own order, whatever is asked for", async () => {
  const { url } = await freshDatabase();
  const own = openDatabase(url, { statementTimeoutMs: 0 });
  onTestFinished(own.close);
  await migrate(own.db);
  await ProjectionTables.open(own.db, ChatProjection);
  await seed(own.db);
  const { db, asked, explain } = recordQueries(own.db);
  for (const filter of FILTERS) {
    const first = await listAudit(db, "wsp_a", filter, { limit: LIMIT });
    expect(first).toHaveLength(LIMIT);
    const before = first.at(-1)!.place;
    const second = await listAudit(db, "wsp_a", filter, { limit: LIMIT, before });
    const places = [...first, ...second].map(({ place }) => place.version);
    expect(places).toEqual([...new Set(places)].toSorted((a, b) => b - a));
  }
  expect(asked).toHaveLength(2 * FILTERS.length);
  for (const query of asked) {
    const plan = await explain(query, { analyze: true });
    expect(
      plan.map((node) => node["Node Type"]),
      query.sql,
    ).toEqual(["Limit", "Index Scan"]);
    expect(plan.map((node) => node["Actual Rows"])).toEqual([LIMIT, LIMIT]);
  }
}, 120_000);
