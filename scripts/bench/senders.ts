// Posts messages: at a constant rate whatever the server does, or as fast as it answers.
import { setTimeout as delay } from "node:timers/promises";
import { answerRequests } from "./answerRequests.ts";
import { HttpConnection, type PostTarget, postRequest } from "./HttpConnection.ts";
import { messageIdIn } from "./messageIdIn.ts";
import { now } from "./now.ts";

/** A message: when it was to be sent and when it was answered, in ms of {@link now}; its id as the server told it. */
export interface Sent {
  readonly id: string;
  readonly due: number;
  readonly answered: number;
}

/** A timer of Node's may come this much late; the rest of the wait is spent asking for the time. */
const TIMER_SLACK_MS = 1.5;

const waitUntil = async (due: number): Promise<void> => {
  const early = due - now() - TIMER_SLACK_MS;
  if (early > 1) await delay(Math.floor(early));
  while (now() < due) await new Promise((resume) => setImmediate(resume));
};

const send = async (connection: HttpConnection, request: string): Promise<string> => {
  const { status, text } = await connection.send(request);
  if (status !== 201) throw new Error(`answered ${status}: ${text}`);
  return messageIdIn(text) ?? "";
};

/** Open loop: a message every `1 / perSecond`; one that has to wait for the server counts from when it was due. */
const constant = async (
  target: PostTarget,
  perSecond: number,
  seconds: number,
): Promise<ReadonlyArray<Sent>> => {
  const request = postRequest(target);
  const open = () => HttpConnection.open(target.host, target.port);
  const free = await Promise.all(Array.from({ length: 8 }, open));
  const count = perSecond * seconds;
  const first = now() + 20;
  const sent: Array<Promise<Sent>> = [];
  const sendOne = async (due: number): Promise<Sent> => {
    const connection = free.pop() ?? (await open());
    const id = await send(connection, request);
    const answered = now();
    free.push(connection);
    return { id, due, answered };
  };
  for (let i = 0; i < count; i++) {
    const due = first + (i * 1000) / perSecond;
    await waitUntil(due);
    const answer = sendOne(due);
    // Looked at when all are sent; until then a failure is nobody's.
    answer.catch(() => undefined);
    sent.push(answer);
  }
  const all = await Promise.all(sent);
  for (const connection of free) connection.close();
  return all;
};

/** Closed loop: each sender sends its next message when the last one was answered. Gives messages and milliseconds. */
const closed = async (
  target: PostTarget,
  concurrency: number,
  seconds: number,
): Promise<{ readonly messages: number; readonly ms: number }> => {
  const request = postRequest(target);
  const started = now();
  let messages = 0;
  const sender = async () => {
    const connection = await HttpConnection.open(target.host, target.port);
    while (now() < started + seconds * 1000) {
      await send(connection, request);
      messages++;
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: concurrency }, sender));
  return { messages, ms: now() - started };
};

answerRequests({ constant, closed });
