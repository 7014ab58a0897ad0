import { listChannels } from "@clickclack/workspace/projections/Channels";
import { listMessages } from "@clickclack/workspace/projections/messageQueries";
import type { BenchOptions } from "./BenchOptions.ts";
import { explain } from "./explain.ts";
import { inTurns, overRounds, type Times } from "./inTurns.ts";
import { fillLibrary } from "./library.ts";
import { Program } from "./Program.ts";
import { quantile } from "./quantile.ts";
import type { GetTarget, Statement } from "./readers.ts";
import type { ReadsRig } from "./ReadsRig.ts";
import { type Row, ratioRow } from "./Row.ts";
import { searchRounds } from "./searchRounds.ts";
import { startOurs } from "./startOurs.ts";

const PAGE = 50;
const CONNECTIONS = [1, 4];
const WARM_UP_SECONDS = 2;

/** What a page needs of each message: the rows of the read model as they are, one statement without decoration. */
const NEWEST = `select id, workspace_id, channel_id, root_id, author_id, channel_seq, thread_seq, body, created_at, edited_at,
  deleted_at, nonce, kind, turn_id, topic_id, quoted_message_id, quoted_body_snapshot, quoted_author_id, reply_count,
  last_thread_seq, last_reply_at, last_reply_author_ids
  from chat.messages where channel_id = $1 and channel_seq is not null order by channel_seq desc limit ${PAGE + 1}`;

const newestRows = async (rig: ReadsRig): Promise<ReadonlyArray<Row>> => {
  const { readers, library, db, get, roundSeconds } = rig;
  const { id } = library.channels[0]!;
  const target = get(`/api/channels/${id}/messages?limit=${PAGE}`);
  const statement: Statement = { url: db, text: NEWEST, values: [id] };
  const rows: Array<Row> = [];
  for (const connections of CONNECTIONS) {
    const ours = (seconds: number) => () => readers.ask<Times>("http", target, connections, seconds);
    const bare = (seconds: number) => () => readers.ask<Times>("sql", statement, connections, seconds);
    await ours(WARM_UP_SECONDS)();
    await bare(WARM_UP_SECONDS)();
    const found = await inTurns(rig, { bare: bare(roundSeconds), ours: ours(roundSeconds) });
    for (const [name, share] of [
      // When others use the machine, what a read takes where they were least in the way.
      ["p10", 0.1],
      ["p50", 0.5],
      ["p99", 0.99],
    ] as const) {
      const of = (times: ReadonlyArray<Times>) => times.map((round) => quantile(round, share));
      rows.push(
        ratioRow({
          bench: "reads",
          name: `newest ${PAGE}, ${connections} at once, ${name}`,
          unit: "ms",
          figure: overRounds(found.ours, share),
          baseline: overRounds(found.bare, share),
          rounds: { ours: of(found.ours), bare: of(found.bare) },
          ...(name === "p50" && connections === 1 && { target: { bounds: "ratio", atMost: 2 } as const }),
        }),
      );
    }
  }
  const window = { _tag: "Latest" } as const;
  const plans = await explain(db, (one) =>
    listMessages(one, id, library.userIds[0]!, { window, limit: PAGE }),
  );
  return rows.map((row, i) => (i === 0 ? { ...row, plans: plans.map(({ text }) => text) } : row));
};

const countRows = async (rig: ReadsRig): Promise<ReadonlyArray<Row>> => {
  const { readers, library, db, get, say, roundSeconds } = rig;
  const path = `/api/workspaces/${library.workspaceId}/channels`;
  const { ours } = await inTurns(rig, {
    ours: () => readers.ask<Times>("http", get(path), 1, roundSeconds / 2),
  });
  const ids = library.channels.map(({ id }) => id);
  const plans = await explain(db, (one) => listChannels(one, ids, library.userIds[0]!));
  for (const plan of plans) say(`channels: ${plan.short}`);
  const counting = plans.filter(({ statement }) => statement.includes("unread_count"));
  const row = { bench: "reads", baseline: undefined, ratio: undefined } as const;
  const name = `unread counts of ${ids.length} channels`;
  return [
    {
      ...row,
      name: `${name}, p50`,
      unit: "ms",
      figure: overRounds(ours, 0.5),
      plans: plans.map(({ text }) => text),
    },
    { ...row, name: `${name}, p99`, unit: "ms", figure: overRounds(ours, 0.99) },
    {
      ...row,
      name: `${name}, statements`,
      unit: "",
      figure: counting.length,
      target: { bounds: "figure", atMost: 1, atLeast: 1 },
    },
  ];
};

/** Reading what a million messages left: the newest page, search, and what is unread. */
export const readsBench = async (options: BenchOptions): Promise<ReadonlyArray<Row>> => {
  const { cleanup, say, profile, messages } = options;
  const readers = Program.start("readers", cleanup);
  const server = await startOurs(cleanup, { profile });
  say(`writing ${messages.toLocaleString("en")} messages to the log, and folding them`);
  const library = await fillLibrary(server, messages);
  const seconds = library.fillMs / 1000;
  say(
    `${library.events} events in ${seconds.toFixed(0)} s (${Math.round(library.events / seconds)} a second)`,
  );
  const { hostname: host, port } = new URL(server.url);
  const headers = `Authorization: Bearer ${library.tokens[0]!}\r\n`;
  const get = (path: string): GetTarget => ({ host, port: Number(port), path, headers });
  const rig: ReadsRig = { ...options, library, readers, db: (await server.runFile()).db, get };
  return [...(await newestRows(rig)), ...(await searchRounds(rig)), ...(await countRows(rig))];
};
