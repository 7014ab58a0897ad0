// The least that one fenced log a workspace can cost: 64 senders, what they sent while an append was in flight goes into
// the next commit, nothing is decided or remembered. Events are of the product's shape and size, with made-up ids.
// Starts with the URL of a NATS server as its argument.
import { jetstreamManager, StorageType } from "@nats-io/jetstream";
import { createInbox, headers } from "@nats-io/transport-node";
import { connectNats } from "../../test/support/connectNats.ts";
import { answerRequests } from "./answerRequests.ts";
import type { Appends } from "./Appends.ts";
import { messageBody } from "./messageBody.ts";
import { now } from "./now.ts";

const SENDERS = 64;
const DUPLICATE_WINDOW_NS = 120_000_000_000;
const FAMILY = "bare.0.wsp_00000000000000000000000000";

const nats = await connectNats(process.argv[2]!);
await (
  await jetstreamManager(nats)
).streams.add({
  name: "BARE_0",
  subjects: ["bare.0.>"],
  storage: StorageType.File,
  num_replicas: 1,
  allow_direct: true,
  duplicate_window: DUPLICATE_WINDOW_NS,
  republish: { src: "bare.0.>", dest: "live.bare.0.>" },
});

interface Waiting {
  readonly sender: string;
  readonly body: string;
  readonly done: () => void;
}

const encoder = new TextEncoder();
const inbox = createInbox();
let acknowledged: (seq: number) => void = () => undefined;
nats.subscribe(`${inbox}.*`, {
  callback: (_error, ack) => {
    const { seq, error } = ack.json<{ readonly seq: number; readonly error?: unknown }>();
    if (error !== undefined) throw new Error(`not appended: ${JSON.stringify(error)}`);
    acknowledged(seq);
  },
});

let ids = 0;
const nextId = (prefix: string): string => `${prefix}_${(++ids).toString(36).padStart(26, "0")}`;
let version = 0;
let seq = 0;

const eventOf = ({ sender, body }: Waiting, at: string) => {
  const command = nextId("cmd");
  return {
    id: nextId("evt"),
    type: "message.created",
    v: 1,
    workspace_id: "wsp_00000000000000000000000000",
    channel_id: "chn_00000000000000000000000000",
    version: ++version,
    at,
    actor: { user_id: sender },
    causation_id: command,
    correlation_id: command,
    payload: { message_id: nextId("msg"), author_id: sender, body, channel_seq: version },
  };
};

const append = (batch: ReadonlyArray<Waiting>): Promise<number> => {
  const at = new Date().toISOString();
  const id = nextId("cmt");
  const commit = JSON.stringify({ id, events: batch.map((waiting) => eventOf(waiting, at)) });
  const fence = headers();
  fence.set("Nats-Msg-Id", id);
  fence.set("Nats-Expected-Last-Subject-Sequence", String(seq));
  fence.set("Nats-Expected-Last-Subject-Sequence-Subject", `${FAMILY}.>`);
  return new Promise((resolve) => {
    acknowledged = resolve;
    nats.publish(`${FAMILY}.chn_00000000000000000000000000.message.created`, encoder.encode(commit), {
      headers: fence,
      reply: `${inbox}.${id}`,
    });
  });
};

let queue: Array<Waiting> = [];
const submit = (sender: string, body: string): Promise<void> =>
  new Promise((done) => queue.push({ sender, body, done }));

const run = async (seconds: number): Promise<Appends> => {
  const started = now();
  let events = 0;
  let commits = 0;
  const sender = async (name: string) => {
    while (now() < started + seconds * 1000) await submit(name, messageBody);
  };
  const senders = Promise.all(
    Array.from({ length: SENDERS }, (_, i) => sender(`usr_${String(i).padStart(26, "0")}`)),
  );
  while (queue.length > 0) {
    const batch = queue;
    queue = [];
    seq = await append(batch);
    commits++;
    events += batch.length;
    for (const { done } of batch) done();
    // All of them have their next message ready before the next commit is made.
    await new Promise((resume) => setImmediate(resume));
  }
  await senders;
  return { events, commits, ms: now() - started };
};

answerRequests({ run });
