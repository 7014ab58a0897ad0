import { searchMessages } from "@clickclack/workspace/projections/searchMessages";
import { parseSearch } from "@clickclack/workspace/search/parseSearch";
import { explain } from "./explain.ts";
import { inTurns, overRounds, type Times } from "./inTurns.ts";
import type { ReadsRig } from "./ReadsRig.ts";
import type { Row } from "./Row.ts";
import { quantile } from "./quantile.ts";
import { wordOf } from "./Vocabulary.ts";

const AT_MOST_MS = 50;
const SECONDS = 1;
const PAGE = 50;
const SORTS = ["relevance", "newest"] as const;

/** What is searched for: words as common as their rank tells (see Vocabulary.ts), and filters. */
const queries = (handle: string, room: string): Readonly<Record<string, string>> => ({
  "a word of most messages": wordOf(1),
  "a word of one message in 90": wordOf(100),
  "a word of one in 900": wordOf(1_000),
  "a word of one in 9,000": wordOf(10_000),
  "a word of none": "nowhere",
  "two common words": `${wordOf(2)} ${wordOf(5)}`,
  "a common and a rare word": `${wordOf(1)} ${wordOf(10_000)}`,
  "a phrase of common words": `"${wordOf(1)} ${wordOf(2)}"`,
  "a common word or a rare one": `${wordOf(20)} or ${wordOf(10_000)}`,
  "from: and a word of one in 90": `from:@${handle} ${wordOf(100)}`,
  "in: a small channel, a word of one in 90": `in:#${room} ${wordOf(100)}`,
});

/** Every query in both orders, in turns; each must stay below the bound. */
export const searchRounds = async (rig: ReadsRig): Promise<ReadonlyArray<Row>> => {
  const { readers, library, db, get, say } = rig;
  const { handle } = await library.client.me();
  const { name: room, id: roomId } = library.channels[1]!;
  const asked = Object.entries(queries(handle, room)).flatMap(([name, q]) =>
    SORTS.map((sort) => ({ name: `${name}, by ${sort}`, q, sort })),
  );
  const kinds = Object.fromEntries(
    asked.map(({ name, q, sort }) => {
      const query = new URLSearchParams({ workspace_id: library.workspaceId, q, sort });
      return [name, () => readers.ask<Times>("http", get(`/api/search?${query}`), 1, SECONDS)];
    }),
  );
  for (const read of Object.values(kinds)) await read();
  const found = await inTurns(rig, kinds);
  const rows: Array<Row> = [];
  for (const { name, q, sort } of asked) {
    const terms = parseSearch(q);
    const scope = {
      workspaceId: library.workspaceId,
      channels: terms.in.length > 0 ? [roomId] : library.channels.map(({ id }) => id),
      ...(terms.from.length > 0 && { authors: [library.userIds[0]!] }),
    };
    const plans = await explain(db, (one) => searchMessages(one, terms, scope, { sort, limit: PAGE + 1 }));
    for (const plan of plans) say(`${name}: ${plan.short}`);
    const times = found[name]!;
    const of = (share: number) => times.map((round) => quantile(round, share));
    const row = { bench: "reads", unit: "ms", baseline: undefined, ratio: undefined } as const;
    rows.push(
      {
        ...row,
        name: `search: ${name}, p50`,
        figure: overRounds(times, 0.5),
        target: { bounds: "figure", atMost: AT_MOST_MS },
        rounds: { ours: of(0.5) },
        plans: plans.map(({ text }) => text),
      },
      { ...row, name: `search: ${name}, p99`, figure: overRounds(times, 0.99), rounds: { ours: of(0.99) } },
    );
  }
  return rows;
};
