import { type Database, type Db, openDatabase } from "@clickclack/database/Database";
import { migrate } from "@clickclack/database/migrate";
import { ProjectionTables } from "@clickclack/database/ProjectionTables";
import type { PersonalEvent } from "@clickclack/protocol/events/PersonalEvents";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { newId } from "@clickclack/protocol/Ids";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freshDatabase } from "../../../../test/support/services.ts";
import { ChatProjection } from "./ChatProjection.ts";
import { PersonalProjection } from "./PersonalProjection.ts";
import { readCounts } from "./readCounts.ts";

let database: Database;
let db: Db;
let chat: ProjectionTables<WorkspaceEvent>;
let personal: ProjectionTables<PersonalEvent>;
/** Sequences of the two logs. */
let [seq, personalSeq] = [0, 0];

beforeAll(async () => {
  database = openDatabase((await freshDatabase()).url);
  db = database.db;
  await migrate(db);
  chat = await ProjectionTables.open(db, ChatProjection);
  personal = await ProjectionTables.open(db, PersonalProjection);
});
afterAll(() => database?.close());

const ME = "usr_me";
const AUTHORS = [ME, "usr_a", "usr_b"];
const TARGETS = [ME, "usr_a"];
const AUDIENCES = ["channel", "here", "everyone"] as const;

/** A message, what becomes of it, and what it says to whom. */
const message = fc.record({
  author: fc.constantFrom(...AUTHORS),
  deleted: fc.boolean(),
  edited: fc.boolean(),
  replies: fc.boolean(),
  calls: fc.subarray(TARGETS),
  audiences: fc.subarray([...AUDIENCES]),
});
type Drawn = typeof message extends fc.Arbitrary<infer A> ? A : never;

const channel = fc.record({
  messages: fc.array(message, { maxLength: 12 }),
  read: fc.option(fc.nat({ max: 15 })),
  atOnce: fc.constantFrom(1, 4, 100),
});

const event = (type: string, channelId: string, payload: object): WorkspaceEvent =>
  ({
    id: newId("evt"),
    type,
    v: 1,
    workspace_id: "wsp_x",
    channel_id: channelId,
    version: seq,
    at: new Date().toISOString(),
    actor: { user_id: "usr_x" },
    causation_id: "cmd_x",
    correlation_id: "x",
    payload,
  }) as unknown as WorkspaceEvent;

const eventsOf = (channelId: string, drawn: Drawn, number: number): ReadonlyArray<WorkspaceEvent> => {
  const message_id = newId("msg");
  const mentions = { mentioned_user_ids: drawn.calls, mentioned_audiences: drawn.audiences };
  // What an edit says counts, not what was said before it.
  const first = drawn.edited ? {} : mentions;
  const said = { message_id, author_id: drawn.author, body: "x" };
  const reply = {
    ...said,
    ...mentions,
    message_id: newId("msg"),
    root_message_id: message_id,
    thread_seq: 1,
  };
  return [
    event("message.created", channelId, { ...said, ...first, channel_seq: number }),
    ...(drawn.replies ? [event("thread.reply_created", channelId, reply)] : []),
    ...(drawn.edited
      ? [
          event("message.updated", channelId, {
            message_id,
            root_message_id: message_id,
            body: "y",
            ...mentions,
          }),
        ]
      : []),
    ...(drawn.deleted
      ? [event("message.deleted", channelId, { message_id, root_message_id: message_id })]
      : []),
  ];
};

/** Folds what was said, so many events in a transaction. */
const write = async (channelId: string, messages: ReadonlyArray<Drawn>, atOnce: number): Promise<void> => {
  const commits = messages
    .flatMap((one, i) => eventsOf(channelId, one, i + 1))
    .map((one, i) => ({ seq: seq + i + 1, commit: { events: [{ ...one, version: seq + i + 1 }] } }));
  for (let done = 0; done < commits.length; done += atOnce) {
    const batch = commits.slice(done, done + atOnce);
    expect(await chat.apply(0, seq, batch.at(-1)!.seq, batch)).toBe(true);
    seq = batch.at(-1)!.seq;
  }
};

const markRead = async (channelId: string, last_read_seq: number): Promise<void> => {
  const payload = { user_id: ME, scope_id: channelId, change: "read" as const, last_read_seq };
  const read = { ...event("personal.updated", channelId, payload), version: 0 } as unknown as PersonalEvent;
  const at = personalSeq++;
  const commits = [{ seq: personalSeq, commit: { events: [read] } }];
  expect(await personal.apply(0, at, personalSeq, commits)).toBe(true);
};

/** The counts as they are meant: one message after another. */
const counted = (messages: ReadonlyArray<Drawn>, read: number) => {
  const unread = messages.filter(({ author, deleted }, i) => i + 1 > read && author !== ME && !deleted);
  const calling = unread.filter(({ calls, audiences }) => calls.includes(ME) || audiences.length > 0);
  return {
    last_seq: messages.length,
    last_read_seq: read,
    unread_count: unread.length,
    mention_count: calling.length,
  };
};

it("the counts of any channels are what counting one message after another gives", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(channel, { minLength: 1, maxLength: 4 }), async (channels) => {
      const expected = new Map<string, object>();
      for (const { messages, read, atOnce } of channels) {
        const id = newId("chn");
        await write(id, messages, atOnce);
        if (read !== null) await markRead(id, read);
        expected.set(id, { ...counted(messages, read ?? 0), hidden_seq: null });
      }
      expect(await readCounts(db, [...expected.keys()], ME)).toEqual(expected);
    }),
    { numRuns: 25 },
  );
});
