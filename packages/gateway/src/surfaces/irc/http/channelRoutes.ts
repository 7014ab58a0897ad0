import { isListedFor } from "@clickclack/workspace/access";
import type { ChannelState } from "@clickclack/workspace/WorkspaceState";
import { decodeText } from "../../../http/decodeRequest.ts";
import { ok } from "../../../http/HttpReply.ts";
import { joinOne, partOne, setTopic } from "../commands/channels.ts";
import { requireListed } from "../commands/targets.ts";
import type { IrcActor, IrcParts } from "../IrcParts.ts";
import { channelName } from "../../../rooms/channelName.ts";
import { memberMode, membersOf, modesOf } from "../model/channelReplies.ts";
import { refuse } from "../refusals.ts";
import type { Clients } from "../sessions/Clients.ts";
import { requireObject, requireText, textOf } from "./decodeCommand.ts";
import type { IrcHandler, IrcRequest, IrcRoute } from "./IrcHttp.ts";
import { queryOf } from "./queries.ts";

/** Channels: joining, leaving, and what they are. */
export const channelRoutes = (parts: IrcParts, clients: Clients): ReadonlyArray<IrcRoute> => {
  const named = ({ request }: IrcRequest): string => decodeText(request.params["name"] ?? "", "name");

  const join: IrcHandler = async ({ request, body }) => {
    const actor = await clients.actor(request);
    const fields = requireObject(body());
    const { channel } = await joinOne(
      parts,
      actor,
      requireText(fields, "channel", "name"),
      textOf(fields, "key"),
    );
    return ok({ status: "joined", channel: channelName(channel) });
  };

  const leave = async (actor: IrcActor, name: string, reason: string | undefined) => {
    await partOne(parts, actor, name, reason);
    return ok({ status: "parted", channel: `#${name.replace(/^#/, "")}` });
  };

  const part: IrcHandler = async (request) => {
    const actor = await clients.actor(request.request);
    const fields = requireObject(request.body());
    return leave(actor, requireText(fields, "channel", "name"), textOf(fields, "reason"));
  };

  const list: IrcHandler = async ({ request }) => {
    const actor = await clients.actor(request);
    const { scope = "joined" } = queryOf(request.query);
    if (scope !== "joined" && scope !== "all") throw refuse.badRequest("scope must be joined or all");
    return ok(channelsOf(actor, scope).map(summary));
  };

  const info: IrcHandler = async (request) => {
    const actor = await clients.actor(request.request);
    const channel = requireListed(actor, named(request));
    const members = await membersIn(parts, actor, channel);
    return ok({
      ...summary(channel),
      members: members.map(({ nick, mode }) => ({ nick, mode })),
      modes: modesOf(channel).join(" "),
    });
  };

  const members: IrcHandler = async (request) => {
    const actor = await clients.actor(request.request);
    const channel = requireListed(actor, named(request));
    const found = await membersIn(parts, actor, channel);
    return ok(
      await Promise.all(
        found.map(async ({ id, nick, mode }) => ({ nick, mode, last_seen: await lastSeenOf(parts, id) })),
      ),
    );
  };

  const topic: IrcHandler = async (request) => {
    const actor = await clients.actor(request.request);
    const text = requireText(requireObject(request.body()), "topic");
    await setTopic(parts, actor, named(request), text);
    return ok({ topic: text });
  };

  return [
    { method: "POST", path: "/api/v1/channels/join", handle: join },
    { method: "POST", path: "/api/v1/channels/part", handle: part },
    { method: "GET", path: "/api/v1/channels", handle: list },
    { method: "GET", path: "/api/v1/channels/:name", handle: info },
    {
      method: "DELETE",
      path: "/api/v1/channels/:name",
      handle: async (request) => leave(await clients.actor(request.request), named(request), undefined),
    },
    { method: "GET", path: "/api/v1/channels/:name/members", handle: members },
    { method: "POST", path: "/api/v1/channels/:name/topic", handle: topic },
  ];
};

const summary = (channel: ChannelState) => ({
  id: channel.id,
  name: channelName(channel),
  topic: channel.about?.text ?? "",
  members: channel.members.size,
});

const channelsOf = ({ caller, replica: { state } }: IrcActor, scope: "joined" | "all") =>
  [...state.channels.values()].filter(
    ({ id, kind, members }) =>
      kind !== "direct" &&
      isListedFor(state, caller.account.id, id) &&
      (scope === "all" || members.has(caller.account.id)),
  );

const membersIn = async (parts: IrcParts, { replica: { state } }: IrcActor, channel: ChannelState) => {
  const { names } = parts;
  const ids = membersOf({ state, channel, names });
  await names.ensure(state, ids);
  return ids.map((id) => ({ id, nick: names.nickOf(state, id), mode: memberMode(state, channel, id) }));
};

/** When somebody's clients were seen last over IRC; null for who comes another way. */
const lastSeenOf = async ({ store }: IrcParts, accountId: string): Promise<string | null> => {
  const ids = await store.clientsOf(accountId);
  const seen = await Promise.all(ids.map((id) => store.client(accountId, id)));
  const last = Math.max(0, ...seen.map((client) => client?.lastSeen ?? 0));
  return last === 0 ? null : new Date(last).toISOString();
};
