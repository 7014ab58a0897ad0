import { type Db, openDatabase } from "@clickclack/database/Database";
import { migrate } from "@clickclack/database/migrate";
import { ProjectionTables } from "@clickclack/database/ProjectionTables";
import type { PersonalState } from "@clickclack/protocol/events/PersonalEvents";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { ActivityType } from "@clickclack/protocol/http/ActivityGroup";
import * as fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { freshDatabase } from "../../../../test/support/services.ts";
import type { WorkspaceCommand } from "../Commands.ts";
import {
  emptyPersonal,
  follow,
  markUnread,
  personalEvent,
  readActivityUpTo,
  readUpTo,
} from "../personal/Personal.ts";
import { ANN, BOB, GENERAL, LOBBY, OWNER } from "../testing/acme.ts";
import { History } from "../testing/History.ts";
import { Inbox } from "../testing/Inbox.ts";
import { type ActivityRow, activityMark, countUnreadActivity, listActivity } from "./activityQueries.ts";
import { ChatProjection } from "./ChatProjection.ts";
import { PersonalProjection } from "./PersonalProjection.ts";
import { listFollowedThreads, threadCount } from "./threadQueries.ts";

const WORKSPACE = "wsp_acme";
const PEOPLE = [OWNER, ANN, BOB] as const;

const WHAT = {
  post: 8,
  reply: 30,
  edit: 8,
  delete: 6,
  AddReaction: 10,
  RemoveReaction: 3,
  read: 8,
  unread: 4,
  follow: 4,
  unfollow: 6,
  readInbox: 2,
} as const;
type What = keyof typeof WHAT;

const step = fc.record({
  what: fc.oneof(
    ...Object.entries(WHAT).map(([what, weight]) => ({ weight, arbitrary: fc.constant(what as What) })),
  ),
  by: fc.constantFrom(...PEOPLE),
  channelId: fc.constantFrom<string>(GENERAL, LOBBY),
  back: fc.nat(12),
  seq: fc.nat(6),
  names: fc.oneof(
    { weight: 4, arbitrary: fc.constant({ body: "hi" }) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(...PEOPLE).map((id) => ({ body: "you", mentionedUserIds: [id] })),
    },
    { weight: 1, arbitrary: fc.constantFrom("@channel", "@here").map((body) => ({ body })) },
  ),
  emoji: fc.constantFrom("👍", "🎉", "a b"),
});
type Drafted = typeof step extends fc.Arbitrary<infer One> ? One : never;

/** Whole seconds are few, so that much happens at the same time. */
const coarse = (at: string): string => new Date(Math.floor(Date.parse(at) / 4_000) * 4_000).toISOString();

const coarsened = (event: WorkspaceEvent): WorkspaceEvent =>
  event.type === "thread.state_updated" && event.payload.last_reply_at !== undefined
    ? {
        ...event,
        at: coarse(event.at),
        payload: { ...event.payload, last_reply_at: coarse(event.payload.last_reply_at) },
      }
    : { ...event, at: coarse(event.at) };

/** What was said, and what people kept of it for themselves, as it would be stored. */
class Story {
  readonly history = new History();
  readonly #personal = new Map<string, PersonalState>();

  constructor(steps: ReadonlyArray<Drafted>) {
    for (const [n, drafted] of steps.entries()) this.#take(drafted, n);
  }

  get events(): ReadonlyArray<WorkspaceEvent> {
    return this.history.events.map(coarsened);
  }

  get states() {
    return [...this.#personal.values()];
  }

  personal = (userId: string) => (scopeId: string) => this.#personal.get(`${userId} ${scopeId}`);

  #take({ what, by, channelId, back, seq, names, emoji }: Drafted, n: number): void {
    const { events, state } = this.history;
    const said = events.filter(({ type }) => type === "message.created" || type === "thread.reply_created");
    const found = said.at(-1 - back);
    const messageId = found && "message_id" in found.payload ? found.payload.message_id : undefined;
    if (what === "post") {
      this.history.take({ by, command: { type: "PostMessage", channelId, messageId: `msg_${n}`, ...names } });
      return;
    }
    if (messageId === undefined) return;
    const head = state.heads.get(messageId)!;
    const root = state.heads.get(head.rootId)!;
    const target = { messageId, channelId: head.channelId };
    const thread = { channelId: head.channelId, rootId: head.rootId };
    const at = events.at(-1)!.at;
    const lastSeq = root.lastThreadSeq;
    const channelSeq = state.channels.get(head.channelId)!.lastSeq;
    switch (what) {
      case "reply":
        return this.#do(by, { type: "ReplyInThread", ...thread, messageId: `msg_${n}`, ...names });
      case "edit":
        return this.#do(head.authorId, { type: "EditMessage", ...target, ...names });
      case "delete":
        return this.#do(head.authorId, { type: "DeleteMessage", ...target });
      case "AddReaction":
      case "RemoveReaction":
        return this.#do(by, { type: what, ...target, emoji });
      case "read":
        if (seq > 3)
          return this.#keep(by, head.channelId, (it) => readUpTo(it, Math.min(seq, channelSeq), at));
        return this.#keep(by, head.rootId, (it) => readUpTo(it, Math.min(seq, lastSeq), at));
      case "unread":
        return this.#keep(by, seq > 3 ? head.channelId : head.rootId, (it) => markUnread(it, seq, at));
      case "follow":
      case "unfollow":
        return this.#keep(by, head.rootId, (it) => follow(it, what === "follow", lastSeq));
      case "readInbox":
        return this.#keep(by, WORKSPACE, (it) => readActivityUpTo(it, coarse(at), at));
    }
  }

  #do(by: string, command: WorkspaceCommand): void {
    this.history.take({ by, command });
  }

  #keep(userId: string, scopeId: string, change: (state: PersonalState) => PersonalState | undefined): void {
    const key = `${userId} ${scopeId}`;
    const next = change(this.#personal.get(key) ?? emptyPersonal(userId, scopeId));
    if (next) this.#personal.set(key, next);
  }
}

/** Writes a story into new tables, in batches of these sizes, and makes them the live ones. */
const fold = async (db: Db, story: Story, batches: ReadonlyArray<number>): Promise<void> => {
  const { events, states } = story;
  const chat = await ProjectionTables.beside(db, ChatProjection);
  // Tables that hold less than the live ones are not swapped in, so that each story ends further on than the last.
  const base = await (await ProjectionTables.live(db, ChatProjection)).checkpoint(0);
  if (base > 0) expect(await chat.apply(0, 0, base, [])).toBe(true);
  for (let from = 0, n = 0; from < events.length; n++) {
    const batch = events.slice(from, from + batches[n % batches.length]!);
    const commits = batch.map((event, i) => ({ seq: base + from + i + 1, commit: { events: [event] } }));
    expect(await chat.apply(0, base + from, base + from + batch.length, commits)).toBe(true);
    from += batch.length;
  }
  expect(await chat.swapIn()).toBe(true);
  const personal = await ProjectionTables.beside(db, PersonalProjection);
  const stamp = { at: events.at(-1)!.at, actor: { user_id: OWNER }, correlationId: "req_1" };
  const kept = states.map((state) => personalEvent(WORKSPACE, state, stamp));
  const stored = [{ seq: base + 1, commit: { events: kept } }];
  expect(await personal.apply(0, 0, base + 1, stored)).toBe(true);
  expect(await personal.swapIn()).toBe(true);
};

const checksums = async (db: Db) => (await ProjectionTables.live(db, ChatProjection)).checksums();

const setUp = async (): Promise<Db> => {
  const { db, close } = openDatabase((await freshDatabase()).url);
  onTestFinished(close);
  await migrate(db);
  await ProjectionTables.open(db, ChatProjection);
  await ProjectionTables.open(db, PersonalProjection);
  return db;
};

type Paged = Pick<ActivityRow, "type" | "at" | "key" | "unread">;

const expectInboxes = async (db: Db, story: Story, pageSize: number): Promise<void> => {
  for (const userId of PEOPLE) {
    for (const channels of [[GENERAL, LOBBY], [GENERAL], []]) {
      const reader = { workspaceId: WORKSPACE, userId, channels };
      const personal = story.personal(userId);
      const sees = (channelId: string) => channels.includes(channelId);
      const inbox = new Inbox(story.events, { userId, sees, personal });
      const mark = await activityMark(db, reader);
      const threads = inbox.threads();
      const unreadThreads = threads.filter((thread) => thread.unread_count > 0);
      const activity = inbox.activity(mark);
      for (const unreadOnly of [false, true]) {
        const page = await listFollowedThreads(db, reader, { limit: 1_000, unreadOnly });
        expect(page).toEqual({ threads: unreadOnly ? unreadThreads : threads, unread: unreadThreads.length });
        const filter = { types: ActivityType.literals, unreadOnly };
        const found: Array<Paged> = [];
        for (let more = true; more;) {
          const before = found.at(-1);
          const rows = await listActivity(db, reader, filter, {
            mark,
            limit: pageSize,
            ...(before && { before }),
          });
          found.push(...rows.map(({ type, at, key, unread }) => ({ type, at, key, unread })));
          more = rows.length === pageSize;
        }
        expect(found).toEqual(activity.filter(({ unread }) => unread || !unreadOnly));
      }
      for (const type of ActivityType.literals) {
        const expected = activity.filter((one) => one.unread && one.type === type).length;
        expect([type, await countUnreadActivity(db, reader, [type], mark)]).toEqual([type, expected]);
      }
      for (const { id, at: _, ...counts } of threads)
        expect(await threadCount(db, id, userId)).toEqual({ ...counts, following: true });
    }
  }
};

test("threads and inboxes are what one counts by hand, whatever happened and whatever was written together", async () => {
  const db = await setUp();
  const steps = fc.array(step, { maxLength: 100, size: "max" });
  const batches = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 });
  const same = fc.asyncProperty(
    steps,
    batches,
    fc.integer({ min: 1, max: 9 }),
    async (drafted, sizes, size) => {
      const story = new Story(drafted);
      await fold(db, story, sizes);
      await expectInboxes(db, story, size);
      const together = await checksums(db);
      await fold(db, story, [10_000]);
      expect(await checksums(db)).toEqual(together);
    },
  );
  await fc.assert(same, { numRuns: 20 });
}, 120_000);
