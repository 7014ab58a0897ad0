import type { Message, MessagePage, User } from "@clickclack/protocol/http/shapes";
import type { EventFrame } from "@clickclack/protocol/realtime/Frames";
import { beforeAll, expect, it } from "vitest";
import type { ApiClient } from "../support/ApiClient.ts";
import { oneServer } from "../support/oneServer.ts";

const clickclack = oneServer();

type Person = { readonly user: User; readonly client: ApiClient };
let people: ReadonlyArray<Person>;
let workspaceId = "";

beforeAll(async () => {
  const names = ["Ann", "Bob", "Cleo"];
  people = await Promise.all(names.map((name) => clickclack.client.signUp(name)));
  workspaceId = (await people[0]!.client.createWorkspace("Model")).id;
  for (const { user } of people.slice(1)) await clickclack.operator.addMember(workspaceId, user.id);
});

/** A linear congruential generator: a seed that failed fails again. */
const randomFrom = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

/** A message as this model knows it: what the events up to now made of it. */
interface Known {
  readonly id: string;
  readonly rootId: string;
  readonly authorId: string;
  body: string;
  edited: boolean;
  deleted: boolean;
  readonly reactions: Map<string, Set<string>>;
  replies: number;
  /** Who replied last, newest first. */
  repliers: ReadonlyArray<string>;
}

const known = (id: string, rootId: string, { body, authorId }: Told): Known => ({
  id,
  rootId,
  authorId,
  body,
  edited: false,
  deleted: false,
  reactions: new Map(),
  replies: 0,
  repliers: [],
});

/** Texts and authors by event, which the events' frames do not carry: told by the answers to the requests. */
interface Told {
  readonly body: string;
  readonly authorId: string;
}

const fold = (model: Map<string, Known>, event: EventFrame, told: ReadonlyMap<string, Told>): void => {
  const payload = event.payload as Record<string, string>;
  const message = model.get(payload["message_id"] ?? "");
  switch (event.type) {
    case "message.created":
    case "thread.reply_created": {
      const id = payload["message_id"]!;
      model.set(id, known(id, payload["root_message_id"] ?? id, told.get(event.id)!));
      return;
    }
    case "thread.state_updated": {
      const root = model.get(payload["root_message_id"]!)!;
      const replies = [...model.values()].filter(({ id, rootId }) => rootId === root.id && id !== rootId);
      root.replies = replies.filter(({ deleted }) => !deleted).length;
      root.repliers = [...new Set(replies.map(({ authorId }) => authorId).toReversed())];
      return;
    }
    case "message.updated":
      message!.body = told.get(event.id)!.body;
      message!.edited = true;
      return;
    case "message.deleted":
      message!.deleted = true;
      return;
    case "reaction.added": {
      const users = message!.reactions.get(payload["emoji"]!) ?? new Set();
      message!.reactions.set(payload["emoji"]!, users.add(payload["user_id"]!));
      return;
    }
    case "reaction.removed":
      message!.reactions.get(payload["emoji"]!)!.delete(payload["user_id"]!);
  }
};

/** What the model expects of a message; one that is deleted by now has lost its text for all times. */
const expected = (one: Known, goneNow: ReadonlySet<string>, reader: string) => {
  const gone = goneNow.has(one.id);
  const reactions = [...one.reactions].filter(([, users]) => users.size > 0 && !gone);
  return {
    id: one.id,
    body: gone ? "" : one.body,
    ...(!gone && { edited: one.edited }),
    deleted: gone,
    reactions: reactions
      .map(([emoji, users]) => ({ emoji, count: users.size, reacted_by_me: users.has(reader) }))
      .toSorted((a, b) => (a.emoji < b.emoji ? -1 : 1)),
    ...(one.rootId === one.id && { replies: one.replies, repliers: one.repliers.slice(0, 3) }),
  };
};

const found = (message: Message) => ({
  id: message.id,
  body: message.body,
  ...(message.deleted_at === undefined && { edited: message.edited_at !== undefined }),
  deleted: message.deleted_at !== undefined,
  reactions: message.reactions!.toSorted((a, b) => (a.emoji < b.emoji ? -1 : 1)),
  ...(message.thread_state && {
    replies: message.thread_state.reply_count,
    repliers: message.thread_state.last_reply_author_ids,
  }),
});

const ROUNDS = 12;
const AT_ONCE = 5;
const EMOJI = ["👍", "🎉", "❤️"];

/** Rounds of things that people do at the same moment, to few messages; what clashes is refused, which is fine. */
const chatter = async (channelId: string, seed: number): Promise<ReadonlyMap<string, Told>> => {
  const random = randomFrom(seed);
  const told = new Map<string, Told>();
  const messages: Array<{ readonly id: string; readonly rootId: string; readonly author: Person }> = [];
  const act = async (n: number): Promise<void> => {
    const by = people[random(people.length)]!;
    const target = messages[random(messages.length)];
    const kind = target ? random(8) : 0;
    const emoji = EMOJI[random(EMOJI.length)]!;
    const body = `text ${seed}.${n}`;
    const ask = async (person: Person, method: string, path: string, sent?: object) => {
      const answer = await person.client.request(method, path, sent ? { body: sent } : {});
      if (answer.status >= 300) expect([path, answer.status]).toEqual([path, 409]);
      const events: ReadonlyArray<EventFrame> = answer.body.events ?? [answer.body.event];
      if (answer.status < 300 && sent && "body" in sent)
        told.set(events[0]!.id, { body, authorId: person.user.id });
      return answer.status < 300 ? (answer.body.message as Message | undefined) : undefined;
    };
    const of = `/api/messages/${target?.id}`;
    const rootId = target?.rootId ?? "";
    if (kind <= 1) {
      const message = await ask(by, "POST", `/api/channels/${channelId}/messages`, { body });
      messages.push({ id: message!.id, rootId: message!.id, author: by });
    } else if (kind === 2) {
      const message = await ask(by, "POST", `/api/messages/${rootId}/thread/replies`, { body });
      if (message) messages.push({ id: message.id, rootId, author: by });
    } else if (kind <= 4) await ask(target!.author, "PATCH", of, { body });
    else if (kind <= 5) await ask(by, "POST", `${of}/reactions`, { emoji });
    else if (kind <= 6) await ask(by, "DELETE", `${of}/reactions/${encodeURIComponent(emoji)}`);
    else await ask(target!.author, "DELETE", of);
  };
  for (let round = 0; round < ROUNDS; round++)
    await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => act(round * AT_ONCE + i)));
  return told;
};

const eventsOf = async (after: string): Promise<ReadonlyArray<EventFrame>> => {
  const query = new URLSearchParams({ workspace_id: workspaceId, after_cursor: after, limit: "500" });
  return (await people[0]!.client.ok("GET", `/api/realtime/events?${query}`)).events;
};
const tail = async (): Promise<string> => {
  const path = `/api/realtime/events?workspace_id=${workspaceId}&limit=1&include_tail=true`;
  return (await people[0]!.client.ok("GET", path)).tail_cursor;
};

it.each([1, 2, 3])(
  "as of every event of a busy channel its timeline is what the events up to there made of it (%i)",
  async (seed) => {
    const { client, user } = people[seed % people.length]!;
    const channelId = (await client.createChannel(workspaceId)).id;
    const start = await tail();
    const told = await chatter(channelId, seed);
    const events = await eventsOf(start);
    expect(events.length).toBeGreaterThan(ROUNDS * 2);
    const model = new Map<string, Known>();
    for (const event of events) fold(model, event, told);
    const goneNow = new Set([...model.values()].filter(({ deleted }) => deleted).map(({ id }) => id));
    expect(goneNow.size).toBeGreaterThan(0);

    model.clear();
    for (const event of events) {
      fold(model, event, told);
      const seen = [...model.values()];
      const view = (one: Known) => expected(one, goneNow, user.id);
      const page: MessagePage = await client.list(channelId, `?limit=200&as_of=${event.cursor}`);
      expect(page.messages.map(found)).toEqual(seen.filter(({ id, rootId }) => id === rootId).map(view));
      const root = seen.find(({ replies }) => replies > 0);
      if (!root) continue;
      const thread = await client.ok("GET", `/api/messages/${root.id}/thread?as_of=${event.cursor}`);
      const replies = seen.filter(({ id, rootId }) => rootId === root.id && id !== rootId);
      expect([thread.root, ...thread.replies].map(found)).toEqual([root, ...replies].map(view));
    }
    expect(await client.list(channelId, `?as_of=${await tail()}`)).toEqual(await client.list(channelId));
  },
);
