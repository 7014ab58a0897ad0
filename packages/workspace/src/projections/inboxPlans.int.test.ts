import { type Db, openDatabase } from "@clickclack/database/Database";
import { migrate } from "@clickclack/database/migrate";
import { ProjectionTables } from "@clickclack/database/ProjectionTables";
import { ActivityType } from "@clickclack/protocol/http/ActivityGroup";
import { sql } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import { freshDatabase } from "../../../../test/support/services.ts";
import { recordQueries } from "../testing/recordQueries.ts";
import { countUnreadActivity, listActivity } from "./activityQueries.ts";
import { ChatProjection } from "./ChatProjection.ts";
import { PersonalProjection } from "./PersonalProjection.ts";
import { listFollowedThreads, threadCount } from "./threadQueries.ts";

const CHANNELS = 20;
const USERS = 200;
/** Roots; a fifth of them have five replies, so that there are as many of those. */
const ROOTS = 10_000;
const MARK = "2026-01-01T00:00:00.000Z";

const at = (n: string) => sql.raw(`timestamptz '2026-01-01' + make_interval(secs => ${n})`);

/** A workspace in which user 1 takes part in one of forty threads. */
const seed = async (db: Db): Promise<void> => {
  const blank = sql`'wsp_a', 'chn_' || n % ${sql.lit(CHANNELS)}`;
  const columns = sql`id, root_id, author_id, channel_seq, thread_seq, created_at, workspace_id, channel_id, body,
    reply_count, last_thread_seq, last_reply_at, last_reply_author_ids, attachments, version, reacted`;
  const users = sql.lit(USERS);
  await sql`insert into rm_chat_1.messages (${columns})
    select 'msg_' || n, 'msg_' || n, 'usr_' || n % ${users}, n, null, ${at("n")}, ${blank}, 'body', 5, 5, ${at("n + 5")}, '[]', 0, n, false
    from generate_series(1, ${sql.lit(ROOTS)}) n`.execute(db);
  await sql`insert into rm_chat_1.messages (${columns})
    select 'msg_' || n || '_' || r, 'msg_' || n, 'usr_' || (n + r * 7) % ${users}, null, r, ${at("n + r")},
      ${blank}, 'body', 0, 0, null, '[]', 0, n, false
    from generate_series(5, ${sql.lit(ROOTS)}, 5) n, generate_series(1, 5) r`.execute(db);
  await sql`update rm_chat_1.messages set reply_count = 0, last_thread_seq = 0, last_reply_at = null
    where channel_seq is not null and channel_seq % 5 <> 0`.execute(db);
  await sql`insert into rm_chat_1.thread_participants
    select author_id, root_id, workspace_id, channel_id, max(coalesce(thread_seq, 0)), min(coalesce(thread_seq, 0))
    from rm_chat_1.messages where thread_seq is not null or reply_count > 0
    group by 1, 2, 3, 4`.execute(db);
  await sql`insert into rm_chat_1.mentions (message_id, target, workspace_id, channel_id, author_id, created_at)
    select id, case when n % 100 = 0 then '@channel' else 'usr_' || n % ${users} end, workspace_id, channel_id,
      author_id, created_at
    from (select *, row_number() over (order by id) as n from rm_chat_1.messages) m where n % 9 = 0`.execute(
    db,
  );
  await sql`insert into rm_chat_1.reactions
    select id, 'x', 'usr_' || n % ${users}, created_at, workspace_id, channel_id, author_id
    from (select *, row_number() over (order by id) as n from rm_chat_1.messages) m where n % 4 = 0`.execute(
    db,
  );
  await sql`insert into rm_personal_1.states (user_id, scope_id, workspace_id, last_read_seq)
    select user_id, root_id, workspace_id, 4 from rm_chat_1.thread_participants`.execute(db);
  for (const schema of ["rm_chat_1.messages", "rm_chat_1.mentions", "rm_chat_1.reactions"])
    await sql`analyze ${sql.table(schema)}`.execute(db);
  await sql`analyze rm_chat_1.thread_participants`.execute(db);
  await sql`analyze rm_personal_1.states`.execute(db);
};

test("threads and inboxes are read by indexes, however much was said", async () => {
  const { url } = await freshDatabase();
  const own = openDatabase(url, { statementTimeoutMs: 0 });
  onTestFinished(own.close);
  await migrate(own.db);
  await ProjectionTables.open(own.db, ChatProjection);
  await ProjectionTables.open(own.db, PersonalProjection);
  await seed(own.db);

  const { db, asked, explain } = recordQueries(own.db);
  const channels = Array.from({ length: CHANNELS }, (_, n) => `chn_${n}`);
  const reader = { workspaceId: "wsp_a", userId: "usr_1", channels };
  const types = ActivityType.literals;
  const page = { mark: MARK, limit: 11 };
  const before = { at: "2026-01-01T01:00:00.000Z", key: "msg_3600" };
  const found = [
    (await listFollowedThreads(db, reader, { limit: 11, unreadOnly: false })).threads,
    (await listFollowedThreads(db, reader, { limit: 11, unreadOnly: true })).threads,
    await listActivity(db, reader, { types, unreadOnly: false }, page),
    await listActivity(db, reader, { types, unreadOnly: false }, { ...page, before }),
    await listActivity(db, reader, { types, unreadOnly: true }, page),
  ];
  expect(found.map(({ length }) => length)).toEqual(found.map(() => 11));
  expect(await countUnreadActivity(db, reader, types, MARK)).toBeGreaterThan(0);
  expect(await threadCount(db, "msg_5", "usr_1")).toMatchObject({ unread_count: expect.any(Number) });
  expect(asked).toHaveLength(7);
  for (const query of asked) {
    const plan = await explain(query, { analyze: false });
    const scanned = plan.filter((node) => node["Node Type"] === "Seq Scan");
    expect(
      scanned.map((node) => node["Relation Name"]),
      query.sql,
    ).toEqual([]);
  }
}, 120_000);
