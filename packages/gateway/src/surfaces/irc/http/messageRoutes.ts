import type { HttpReply } from "../../../http/HttpReply.ts";
import { ok } from "../../../http/HttpReply.ts";
import { type CommandResult, refusalReply } from "../commands/IrcCommand.ts";
import { runCommand } from "../commands/runCommand.ts";
import { nickOf } from "../commands/targets.ts";
import { readHistory } from "../history.ts";
import type { IrcActor } from "../IrcParts.ts";
import { jsonOf, type Shape } from "../model/jsonShapes.ts";
import { type Reply, replyMessage } from "../model/numerics.ts";
import type { IrcMessage } from "../model/IrcMessage.ts";
import type { Batch } from "../queue/ClientQueue.ts";
import type { IrcSurfaceParts } from "../IrcSurfaceParts.ts";
import type { Placed } from "../queue/Scan.ts";
import { IrcRefusal, refuse } from "../refusals.ts";
import { type Clients, refreshMs } from "../sessions/Clients.ts";
import { decodeCommand, type PostedCommand } from "./decodeCommand.ts";
import type { IrcHandler, IrcRequest, IrcRoute } from "./IrcHttp.ts";
import { intOf, queryOf, shapeOf, timeoutOf } from "./queries.ts";
import { quit } from "./sessionRoutes.ts";

const DEFAULT_HISTORY = 50;
const MAX_HISTORY_PAGE = 500;

/** What is said, and what is heard. */
export const messageRoutes = (parts: IrcSurfaceParts, clients: Clients): ReadonlyArray<IrcRoute> => {
  const post: IrcHandler = async ({ request, body }) => {
    const actor = await clients.actor(request);
    const command = decodeCommand(body());
    if (command.shape === "irc") return runIrc(parts, actor, command);
    const { said, refused } = await runCommand(parts, actor, command);
    if (refused) throw refused;
    return { status: 201, body: { ...said, status: "sent" } };
  };

  const history: IrcHandler = async ({ request }) => {
    const actor = await clients.actor(request);
    const query = queryOf(request.query);
    const { target, before } = query;
    if (target === undefined || target === "") throw refuse.badRequest("target must be given");
    const limit = intOf(query, "limit") ?? DEFAULT_HISTORY;
    if (limit === 0) throw refuse.badRequest("limit must be 1 or more");
    const messages = await readHistory(parts, actor, target, {
      limit: Math.min(limit, MAX_HISTORY_PAGE),
      ...(before !== undefined && before !== "" && { before }),
    });
    const shape = shapeOf(query, "both");
    return { status: 200, json: `[${messages.map((message) => jsonOf(message, shape)).join(",")}]` };
  };

  return [
    { method: "POST", path: "/api/v1/messages", handle: post },
    { method: "GET", path: "/api/v1/messages", handle: (request) => poll(parts, clients, request) },
    { method: "GET", path: "/api/v1/history", handle: history },
  ];
};

/** Answers with what waits for a client, at once or as soon as there is something. */
const poll = async (
  parts: IrcSurfaceParts,
  clients: Clients,
  { request, connection }: IrcRequest,
): Promise<HttpReply> => {
  const query = queryOf(request.query);
  const after = intOf(query, "after");
  const timeoutMs = timeoutOf(query);
  const shape = shapeOf(query, "both");
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { caller, clientId, replica } = await clients.actor(request);
    const batch = await parts.queue.read({
      caller,
      clientId,
      workspaceId: replica.id,
      after,
      refreshMs: refreshMs(parts.settings.sessionIdleMs),
    });
    const left = deadline - Date.now();
    if (batch.messages.length > 0 || left <= 0) return batchReply(batch, shape);
    if (connection.aborted) return batchReply(batch, shape);
    if (!(await parts.queue.catchUp(batch))) continue;
    if (batch.scan.found.length > 0)
      return batchReply({ messages: batch.scan.found, lastId: batch.scan.found.at(-1)!.place }, shape);
    const onAborted = (listener: () => void) => connection.onAborted(listener);
    const wait = { clientId, userId: caller.account.id, timeoutMs: left, onAborted };
    const woken = await parts.polls.wait(batch, wait);
    if (woken._tag === "Messages") return batchReply(woken, shape);
    if (woken._tag === "Timeout") return batchReply(batch, shape);
  }
};

/** Messages as text, encoded once for all who get the same. */
const encoded = new WeakMap<IrcMessage, Map<Shape, string>>();

const textOf = (message: IrcMessage, shape: Shape): string => {
  const texts = encoded.get(message) ?? new Map<Shape, string>();
  const text = texts.get(shape) ?? jsonOf(message, shape);
  encoded.set(message, texts.set(shape, text));
  return text;
};

const batchReply = (
  { messages, lastId }: Pick<Batch, "lastId"> & { readonly messages: ReadonlyArray<Placed> },
  shape: Shape,
): HttpReply => {
  const texts = messages.map(({ message }) => textOf(message, shape));
  return { status: 200, json: `{"messages":[${texts.join(",")}],"last_id":${lastId}}` };
};

/** Carries out a command of IRC's words: what it answers goes into the client's queue, refusals into the reply too. */
const runIrc = async (
  parts: IrcSurfaceParts,
  actor: IrcActor,
  command: PostedCommand,
): Promise<HttpReply> => {
  if (command.command === "QUIT") {
    await quit(parts, actor, command.params[0]);
    return ok({ status: "quit" });
  }
  if (command.command === "PING") return pong(parts, actor, command.params[0] ?? "");
  // An answer to a PING that nobody sent.
  if (command.command === "PONG") return ok({ status: "ok" });
  const result = await runCommand(parts, actor, command).catch((error: unknown): CommandResult => {
    if (!(error instanceof IrcRefusal)) throw error;
    return { replies: [refusalReply(error)], refused: error };
  });
  await queueReplies(parts, actor, result.replies);
  const { refused, said } = result;
  // What is too long or wrongly shaped is no matter of logic: HTTP says so itself.
  if (refused && (refused.status === 413 || refused.status === 429)) throw refused;
  if (refused) return ok({ status: "error", numeric: refused.numeric, message: refused.message });
  return ok(said ? { ...said, status: "sent" } : { status: "ok" });
};

const pong = async (parts: IrcSurfaceParts, actor: IrcActor, token: string): Promise<HttpReply> => {
  const { serverName } = parts.settings;
  // Behind everything that happened before it.
  await parts.readers.settled();
  const nick = await nickOf(parts, actor.replica, actor.caller.account.id);
  const message = {
    ...replyMessage(serverName, nick, { command: "PONG", params: [token], text: token }),
  };
  await parts.queueFor(actor, [message]);
  return ok({ status: "ok", command: "PONG", params: [token] });
};

const queueReplies = async (
  parts: IrcSurfaceParts,
  actor: IrcActor,
  list: ReadonlyArray<Reply>,
): Promise<void> => {
  if (list.length === 0) return;
  const nick = await nickOf(parts, actor.replica, actor.caller.account.id);
  await parts.queueFor(
    actor,
    list.map((one) => replyMessage(parts.settings.serverName, nick, one)),
  );
};
