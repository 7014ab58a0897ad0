import { withDatabase } from "@clickclack/database/Database";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { Route, RoutesGroup } from "@clickclack/protocol/http/RoutesGroup";
import { isId, routeId } from "@clickclack/protocol/Ids";
import { readRouteId } from "@clickclack/protocol/readRouteId";
import { canSeeChannel } from "@clickclack/workspace/access";
import { isConversationId } from "@clickclack/workspace/direct/placeOf";
import { findRoutedMessage, type RoutedMessage } from "@clickclack/workspace/projections/findRoutedMessage";
import { findRoutedWorkspace } from "@clickclack/workspace/projections/findRoutedWorkspace";
import type { WorkspaceState } from "@clickclack/workspace/WorkspaceState";
import { requirePlaceScope } from "../../../authentication/authorize.ts";
import type { Caller } from "../../../authentication/Caller.ts";
import type { GatewayContext } from "../../../GatewayContext.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { ok } from "../../../http/HttpReply.ts";

/** One answer for all that leads nowhere: what may not be seen is not told from what is not there. */
const leadsNowhere = () => new ApiFailure("not_found", "this address leads nowhere");

type Target = Omit<Route, "workspace_id" | "workspace_route_id" | "canonical_path">;

/** The channels and conversations that the caller sees; a route id says which of the two it means. */
const findPlace = (state: WorkspaceState, caller: Caller, text: string): string | undefined => {
  const sees = (id: string) => canSeeChannel(state, caller.account.id, id);
  const route = readRouteId(text);
  if (!route) return sees(text) ? text : undefined;
  if (route.letter !== "C" && route.letter !== "D") return undefined;
  const direct = route.letter === "D";
  for (const id of state.channels.keys())
    if (id.endsWith(route.ending) && isConversationId(id) === direct && sees(id)) return id;
  return undefined;
};

const placeRoute = (id: string) => {
  const direct = isConversationId(id);
  return {
    type: direct ? ("direct" as const) : ("channel" as const),
    routeId: routeId(direct ? "D" : "C", id),
  };
};

const placeTarget = (id: string): Target => {
  const place = placeRoute(id);
  return { target_type: place.type, target_id: id, target_route_id: place.routeId };
};

/** A message's address leads to the thread that it is in, as an address in other chats does. */
const threadTarget = ({ id, root_id, channel_id }: RoutedMessage): Target => {
  const place = placeRoute(channel_id);
  return {
    target_type: "thread",
    target_id: root_id,
    target_route_id: routeId("M", root_id),
    parent_type: place.type,
    parent_id: channel_id,
    parent_route_id: place.routeId,
    ...(root_id !== id && { message_id: id }),
  };
};

export const routeHandlers = ({ services, reads }: GatewayContext): Handlers<typeof RoutesGroup> => {
  const { db } = services;

  const findWorkspace = async (text: string, caller: Caller): Promise<string> => {
    if (isId("wsp", text)) return text;
    const route = readRouteId(text);
    if (route?.letter !== "T") throw leadsNowhere();
    const find = () => withDatabase(() => findRoutedWorkspace(db, route.ending, caller.account.id));
    const known = await find();
    if (known !== undefined) return known;
    // Of one that was made just now, on another node perhaps, the read model may not know yet.
    await reads.allProjected();
    const found = await find();
    if (found === undefined) throw leadsNowhere();
    return found;
  };

  const findMessage = async (state: WorkspaceState, caller: Caller, text: string): Promise<Target> => {
    const named = isId("msg", text) ? { id: text } : { ending: readRouteId(text)!.ending };
    const message = await withDatabase(() => findRoutedMessage(db, state.id, named));
    if (!message || !canSeeChannel(state, caller.account.id, message.channel_id)) throw leadsNowhere();
    return threadTarget(message);
  };

  return {
    resolveRoute: async ({ caller, params }) => {
      const workspaceId = await findWorkspace(params.workspace_route_id, caller);
      const replica = await reads.workspace(workspaceId, caller).catch(hideWorkspace);
      const text = params.target_route_id;
      let target: Target;
      if (isId("msg", text) || readRouteId(text)?.letter === "M") {
        await reads.projectedUpTo(workspaceId, replica.seq);
        target = await findMessage(replica.state, caller, text);
      } else {
        const id = findPlace(replica.state, caller, text);
        if (id === undefined) throw leadsNowhere();
        target = placeTarget(id);
      }
      requirePlaceScope(caller, target.parent_id ?? target.target_id, "read");
      const workspace_route_id = routeId("T", workspaceId);
      const canonical_path = `/app/${workspace_route_id}/${target.target_route_id}`;
      return ok({ route: { workspace_id: workspaceId, workspace_route_id, ...target, canonical_path } });
    },
  };
};

const hideWorkspace = (error: unknown): never => {
  throw error instanceof ApiFailure && error.status === 404 ? leadsNowhere() : error;
};
