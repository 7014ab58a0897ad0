import { chatLog } from "@clickclack/eventsourcing/EventLog";
import { JetStreamEventStore } from "@clickclack/eventsourcing/JetStreamEventStore";
import { Nats } from "@clickclack/eventsourcing/nats/Nats";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { newId } from "@clickclack/protocol/Ids";
import { upcastWorkspaceEvent } from "@clickclack/workspace/WorkspaceDecider";
import type { ClickClack } from "../../test/support/ClickClack.ts";
import type { Channel } from "@clickclack/protocol/http/shapes";
import { seededRandom } from "./seededRandom.ts";
import { Vocabulary } from "./Vocabulary.ts";

/** Events in a commit: as many messages of a busy channel may share one. */
const COMMIT = 50;
/** The oldest message is this old; the others follow at even distances. */
const AGE_MS = 2 * 365 * 24 * 3_600_000;
/** Of so many messages one has a reaction, is deleted, mentions the reader. */
const REACTION_EVERY = 50;
const DELETION_EVERY = 200;
const MENTION_EVERY = 500;

export interface FillOptions {
  readonly workspaceId: string;
  /** Who speaks, in turns at random; the first of them is the reader. */
  readonly members: ReadonlyArray<string>;
  /** How many messages each channel gets, in this order. */
  readonly channels: ReadonlyArray<{ readonly channel: Channel; readonly messages: number }>;
}

type Draft = Pick<WorkspaceEvent, "type" | "payload" | "at"> & { readonly by: string };

/** What is said in one channel, oldest first. */
function* conversation(messages: number, members: ReadonlyArray<string>, seed: number): Generator<Draft> {
  const random = seededRandom(seed);
  const vocabulary = new Vocabulary(random);
  const pick = () => members[Math.floor(random() * members.length)]!;
  const start = Date.now() - AGE_MS;
  const handled = (n: number, every: number) => n % every === every - 1;
  for (let n = 0; n < messages; n++) {
    const time = start + Math.floor((n * AGE_MS) / messages);
    const [message_id, by, at] = [newId("msg", time), pick(), new Date(time).toISOString()];
    const mentioned = handled(n, MENTION_EVERY) && { mentioned_user_ids: [members[0]!] };
    const payload = { message_id, author_id: by, body: vocabulary.text(), channel_seq: n + 1, ...mentioned };
    yield { type: "message.created", at, by, payload };
    if (handled(n, REACTION_EVERY)) {
      const user_id = pick();
      yield {
        type: "reaction.added",
        at,
        by: user_id,
        payload: { message_id, emoji: "👍", user_id, count: 1 },
      };
    }
    if (handled(n, DELETION_EVERY))
      yield { type: "message.deleted", at, by, payload: { message_id, root_message_id: message_id } };
  }
}

/**
 * Writes what was said in channels to the log, as the workspace's actor would have: the projector folds it from there.
 * Nobody else may write to the workspace meanwhile. Gives the number of events, and the
 * sequence of the last commit.
 */
export const fillChannels = async (
  server: ClickClack,
  { workspaceId, members, channels }: FillOptions,
): Promise<{ readonly events: number; readonly seq: number }> => {
  const nats = await Nats.connect((await server.runFile()).nats, "bench");
  try {
    const store = new JetStreamEventStore(nats, chatLog(1), upcastWorkspaceEvent);
    let { seq, version } = await store.position(workspaceId);
    const first = version;
    const append = async (channelId: string, drafts: ReadonlyArray<Draft>) => {
      const id = newId("cmt");
      const events = drafts.map(({ by, ...event }) => ({
        id: newId("evt", Date.parse(event.at)),
        v: 1,
        workspace_id: workspaceId,
        channel_id: channelId,
        version: ++version,
        actor: { user_id: by },
        causation_id: id,
        correlation_id: id,
        ...event,
      })) as unknown as ReadonlyArray<WorkspaceEvent>;
      const route = { scope: channelId, type: "message.created" };
      const result = await store.append(workspaceId, seq, route, { id, events });
      if (result._tag !== "Appended") throw new Error("somebody else wrote to the workspace");
      seq = result.seq;
    };
    for (const [i, { channel, messages }] of channels.entries()) {
      let drafts: Array<Draft> = [];
      for (const draft of conversation(messages, members, i + 1)) {
        if (drafts.push(draft) < COMMIT) continue;
        await append(channel.id, drafts);
        drafts = [];
      }
      if (drafts.length > 0) await append(channel.id, drafts);
    }
    return { events: version - first, seq };
  } finally {
    await nats.close();
  }
};
