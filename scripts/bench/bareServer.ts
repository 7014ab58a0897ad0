// What the stack costs without a product on it: `POST /messages` stores one message in JetStream and answers 201 when it
// is stored, `/rooms/<room>` is a WebSocket that gets what is stored for the room. No users, no rules, no history, one
// parse and one stringify a message. The stream is set up as ours are, and acks are awaited in the same cheap way.
// Starts with the URL of a NATS server as its argument; a `Program` asks it for its port.
import { jetstreamManager, StorageType } from "@nats-io/jetstream";
import { createInbox } from "@nats-io/transport-node";
import { App, type HttpResponse, us_socket_local_port, type WebSocket } from "uWebSockets.js";
import { connectNats } from "../../test/support/connectNats.ts";
import { answerRequests } from "./answerRequests.ts";

interface Socket {
  readonly room: string;
}

const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;
const DUPLICATE_WINDOW_NS = 120_000_000_000;

const nats = await connectNats(process.argv[2]!);
const manager = await jetstreamManager(nats);
await manager.streams.add({
  name: "BARE_0",
  subjects: ["bare.0.>"],
  storage: StorageType.File,
  num_replicas: 1,
  allow_direct: true,
  duplicate_window: DUPLICATE_WINDOW_NS,
  republish: { src: "bare.0.>", dest: "live.bare.0.>" },
});

const inbox = createInbox();
const waiting = new Map<string, (stored: boolean) => void>();
nats.subscribe(`${inbox}.*`, {
  callback: (_error, ack) => {
    const token = ack.subject.slice(inbox.length + 1);
    const { error } = ack.json<{ readonly error?: unknown }>();
    waiting.get(token)?.(error === undefined);
    waiting.delete(token);
  },
});

let count = 0;
/** A unique text as long as an id of ours. */
const nextId = (prefix: string): string => `${prefix}_${(++count).toString(36).padStart(26, "0")}`;

const store = (room: string, message: string): Promise<boolean> =>
  new Promise((resolve) => {
    const token = (++count).toString(36);
    waiting.set(token, resolve);
    nats.publish(`bare.0.${room}.message`, message, { reply: `${inbox}.${token}` });
  });

const post = async (text: string): Promise<{ readonly stored: boolean; readonly answer: string }> => {
  const { room, body } = JSON.parse(text) as { readonly room: string; readonly body: string };
  const created_at = new Date().toISOString();
  const answer = JSON.stringify({ id: nextId("evt"), room, message_id: nextId("msg"), body, created_at });
  return { stored: await store(room, answer), answer };
};

const readText = (res: HttpResponse, done: (text: string) => void): void => {
  let text = "";
  res.onData((chunk, isLast) => {
    text += Buffer.from(chunk).toString("utf8");
    if (isLast) done(text);
  });
};

const app = App();
app.post("/messages", (res) => {
  let aborted = false;
  res.onAborted(() => {
    aborted = true;
  });
  readText(res, (text) => {
    void post(text).then(({ stored, answer }) => {
      if (aborted) return;
      res.cork(() => res.writeStatus(stored ? "201 Created" : "503 Service Unavailable").end(answer));
    });
  });
});
app.ws<Socket>("/rooms/:room", {
  maxBackpressure: MAX_BUFFERED_BYTES,
  idleTimeout: 60,
  sendPingsAutomatically: true,
  upgrade: (res, req, context) => {
    const header = (name: string) => req.getHeader(name);
    const data: Socket = { room: req.getParameter(0) ?? "" };
    res.upgrade(
      data,
      header("sec-websocket-key"),
      header("sec-websocket-protocol"),
      header("sec-websocket-extensions"),
      context,
    );
  },
  open: (socket: WebSocket<Socket>) => void socket.subscribe(socket.getUserData().room),
});
nats.subscribe("live.bare.0.*.message", {
  callback: (_error, message) => void app.publish(message.subject.split(".")[3]!, message.data),
});
await nats.flush();

const port = new Promise<number>((resolve) => {
  app.listen("127.0.0.1", 0, (token) => resolve(us_socket_local_port(token)));
});
answerRequests({ port: () => port });
