import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { canSeeChannel } from "@clickclack/workspace/access";
import { createdReply, ok } from "../../../http/HttpReply.ts";
import { bounded } from "../commands/channels.ts";
import { nickOf } from "../commands/targets.ts";
import type { IrcActor, IrcParts } from "../IrcParts.ts";
import { channelName } from "../../../rooms/channelName.ts";
import { IrcRefusal } from "../refusals.ts";
import type { Clients } from "../sessions/Clients.ts";
import type { NewClient, Opened } from "../sessions/Sessions.ts";
import { requireObject, requireText, textOf } from "./decodeCommand.ts";
import type { IrcHandler, IrcRequest, IrcRoute } from "./IrcHttp.ts";
import { requireWork } from "./proofOfWork.ts";

const HTTP_CLIENT: NewClient = { kind: "http", shape: "both" };

const opened = ({ accountId, nick, token }: Opened) => ({ id: accountId, nick, token });

/** Coming, going, and who one is. */
export const sessionRoutes = (parts: IrcParts, clients: Clients): ReadonlyArray<IrcRoute> => {
  const { sessions, settings, context } = parts;

  const register =
    (takesPassword: boolean): IrcHandler =>
    async ({ request, body }) => {
      const fields = requireObject(body());
      const nick = requireText(fields, "nick");
      const password = takesPassword ? requireText(fields, "password") : textOf(fields, "password");
      const stamp = textOf(fields, "pow_token") ?? request.headers["x-hashcash"];
      await requireWork(settings, context.services.reservations, stamp);
      return createdReply(opened(await sessions.register(nick, password, HTTP_CLIENT)));
    };

  const login: IrcHandler = async ({ request, body }) => {
    const fields = requireObject(body());
    const name = requireText(fields, "nick", "email");
    const password = requireText(fields, "password");
    await requireTurn(parts, request.address);
    return ok(opened(await sessions.login({ name, password, address: request.address }, HTTP_CLIENT)));
  };

  const logout: IrcHandler = async ({ request }) => {
    const { account, credentialId } = await clients.caller(request);
    await sessions.end(account.id, credentialId, "logged out");
    return ok({ status: "ok" });
  };

  const state: IrcHandler = async ({ request }) => ok(await stateOf(parts, await clients.actor(request)));

  const rename = async ({ request, body }: IrcRequest) => {
    const actor = await clients.actor(request);
    const nick = requireText(requireObject(body()), "nick");
    await sessions.rename(actor.caller, actor.replica, nick, actor.correlationId);
    return ok({ nick });
  };

  return [
    { method: "POST", path: "/api/v1/register", handle: register(true), access: "open" },
    { method: "POST", path: "/api/v1/session", handle: register(false), access: "open" },
    { method: "POST", path: "/api/v1/login", handle: login, access: "open" },
    { method: "POST", path: "/api/v1/logout", handle: logout },
    { method: "GET", path: "/api/v1/users/me", handle: state },
    { method: "GET", path: "/api/v1/state", handle: state },
    { method: "POST", path: "/api/v1/users/nick", handle: rename },
  ];
};

/** Holds an address to the sign-ins that it may try. */
export const requireTurn = async ({ context, settings }: IrcParts, address: string): Promise<void> => {
  const turn = await context.services.throttle.take(`irc-login ${address}`, settings.loginRate);
  if (turn._tag === "Granted") return;
  const seconds = Math.ceil(turn.retryAfterMs / 1_000);
  throw new IrcRefusal("464", [], "too many attempts to sign in; try again later", "rate_limited", seconds);
};

const stateOf = async (parts: IrcParts, actor: IrcActor) => {
  const { state } = actor.replica;
  const { id } = actor.caller.account;
  const joined = [...state.channels.values()].filter(
    (channel) => channel.kind !== "direct" && channel.members.has(id) && canSeeChannel(state, id, channel.id),
  );
  return {
    id,
    nick: await nickOf(parts, actor.replica, id),
    channels: joined.map((channel) => ({
      id: channel.id,
      name: channelName(channel),
      topic: channel.about?.text ?? "",
    })),
  };
};

/** Ends a client as QUIT does. */
export const quit = async (parts: IrcParts, actor: IrcActor, reason = ""): Promise<void> => {
  if (actor.clientId === "") throw new ApiFailure("unauthenticated", "there is no such client");
  await parts.sessions.end(actor.caller.account.id, actor.clientId, bounded(reason) || "quit");
};
