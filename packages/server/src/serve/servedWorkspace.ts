import { isId } from "@clickclack/protocol/Ids";
import type { Deployment } from "../Deployment.ts";
import type { Owner } from "../operator/bootstrap.ts";
import { OWNER, WORKSPACE } from "./developmentMode.ts";

/**
 * The workspace that a surface of rooms serves: the one that is named (an id or a slug), or else the first that
 * the deployment had, which development mode or the owner's bootstrap made. Undefined while there is none.
 */
export const findServedWorkspace = async (
  { reservations, chatStore, meta }: Deployment,
  named: string | undefined,
): Promise<string | undefined> => {
  const id = named ? await byName(reservations, named) : await first(reservations, meta);
  return id !== undefined && (await chatStore.position(id)).version > 0 ? id : undefined;
};

const byName = async (reservations: Deployment["reservations"], named: string) =>
  isId("wsp", named) ? named : (await reservations.find("slug", named.toLowerCase()))?.holder;

const first = async (reservations: Deployment["reservations"], meta: Deployment["meta"]) => {
  const development = await reservations.find("request", WORKSPACE.key);
  if (development) return development.holder;
  const owner = await meta.get<Owner>(OWNER);
  return owner && (await reservations.find("request", `bootstrap-workspace-${owner.user_id}`))?.holder;
};
