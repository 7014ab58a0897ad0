// The product's way of a command, without HTTP: 64 members of one workspace post as fast as they are answered.
// Starts with the URL of a NATS server as its argument.
import { ActorHost } from "@clickclack/eventsourcing/ActorHost";
import { CommandBus } from "@clickclack/eventsourcing/CommandBus";
import { chatLog } from "@clickclack/eventsourcing/EventLog";
import { JetStreamEventStore } from "@clickclack/eventsourcing/JetStreamEventStore";
import { JetStreamSnapshots } from "@clickclack/eventsourcing/JetStreamSnapshots";
import { Nats } from "@clickclack/eventsourcing/nats/Nats";
import { openStreams } from "@clickclack/eventsourcing/openStreams";
import { ownsAll } from "@clickclack/eventsourcing/Ownership";
import { newId } from "@clickclack/protocol/Ids";
import type { WorkspaceCommand } from "@clickclack/workspace/Commands";
import { upcastWorkspaceEvent, WorkspaceDecider } from "@clickclack/workspace/WorkspaceDecider";
import { answerRequests } from "./answerRequests.ts";
import type { Appends } from "./Appends.ts";
import { messageBody } from "./messageBody.ts";
import { now } from "./now.ts";

const SENDERS = 64;

const nats = await Nats.connect(process.argv[2]!, "bench");
await openStreams(nats, { partitions: 1, replicas: 1 });
const log = chatLog(1);
const host = new ActorHost({
  log,
  decider: WorkspaceDecider,
  store: new JetStreamEventStore(nats, log, upcastWorkspaceEvent),
  snapshots: await JetStreamSnapshots.open(nats, 1),
  ownership: ownsAll,
});
const bus = new CommandBus(nats, log, host);

const aggregate = newId("wsp");
const channelId = newId("chn");
const members = Array.from({ length: SENDERS }, () => newId("usr"));

const send = async (userId: string, command: WorkspaceCommand): Promise<void> => {
  const id = newId("cmd");
  const at = new Date().toISOString();
  const actor = { user_id: userId };
  const reply = await bus.send({ id, aggregate, at, actor, correlation_id: id, command });
  if (reply._tag !== "Accepted") throw new Error(`not accepted: ${JSON.stringify(reply)}`);
};

const owner = members[0]!;
await send(owner, { type: "CreateWorkspace", name: "Bench", slug: "bench" });
await send(owner, { type: "CreateChannel", channelId, name: "talk", kind: "public", details: {} });
for (const userId of members.slice(1)) await send(owner, { type: "AddMember", userId, role: "member" });

const commitsStored = async (): Promise<number> =>
  (await nats.manager.streams.info(log.stream(0))).state.last_seq;

const run = async (seconds: number): Promise<Appends> => {
  const before = await commitsStored();
  const started = now();
  let events = 0;
  const sender = async (userId: string) => {
    while (now() < started + seconds * 1000) {
      await send(userId, { type: "PostMessage", channelId, messageId: newId("msg"), body: messageBody });
      events++;
    }
  };
  await Promise.all(members.map(sender));
  return { events, ms: now() - started, commits: (await commitsStored()) - before };
};

answerRequests({ run });
