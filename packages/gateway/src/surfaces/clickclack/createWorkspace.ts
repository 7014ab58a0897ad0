import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { Workspace } from "@clickclack/protocol/http/shapes";
import { newId } from "@clickclack/protocol/Ids";
import { workspaceView } from "@clickclack/workspace/projections/Workspaces";
import { claimSlug } from "@clickclack/workspace/settings/claimSlug";
import { workspaceStands } from "@clickclack/workspace/settings/workspaceStands";
import type { Caller } from "../../authentication/Caller.ts";
import type { GatewayContext } from "../../GatewayContext.ts";
import type { HttpRequest } from "../../http/HttpRequest.ts";
import { eventOf } from "../../Writes.ts";
import { headerKey } from "../../idempotencyKeys.ts";

export interface NewWorkspace {
  readonly name: string;
  readonly slug?: string;
  readonly idempotencyKey?: string;
  readonly request: HttpRequest;
  readonly rawBody: Uint8Array;
}

/** Creates a workspace; 409 when an explicit slug is taken. */
export const createWorkspace = async (
  context: GatewayContext,
  caller: Caller,
  wanted: NewWorkspace,
): Promise<Workspace> => {
  const keys = headerKey(caller, wanted.idempotencyKey, wanted.request, wanted.rawBody);
  const id = await workspaceIdFor(context, keys[0]);
  const { reservations, store } = context.services;
  const exists = (holder: string) => workspaceStands(store, holder);
  const slug = await claimSlug({ reservations, exists }, id, wanted);
  const command = { type: "CreateWorkspace" as const, name: wanted.name, slug };
  const options = { correlationId: wanted.request.correlationId, keys };
  const outcome = await context.writes.send(id, caller, command, options);
  const created = eventOf(outcome, "workspace.created");
  if (!created) throw new ApiFailure("conflict", "this workspace exists already");
  const { name, slug: stored, icon_url } = created.event.payload;
  return workspaceView({ id, name, slug: stored, icon_url, created_at: created.event.at, role: "owner" });
};

/** A request that is sent again finds the id that it was given before, so that its workspace is made once. */
const workspaceIdFor = async (
  { services }: GatewayContext,
  key: { readonly key: string; readonly fingerprint: string } | undefined,
): Promise<string> => {
  const id = newId("wsp");
  if (!key) return id;
  const claim = await services.reservations.claim("request", key.key, `${id} ${key.fingerprint}`);
  if (claim._tag === "Claimed") return id;
  const [first, fingerprint] = claim.reservation.holder.split(" ");
  if (fingerprint === key.fingerprint) return first!;
  throw new ApiFailure("idempotency_conflict", "this Idempotency-Key was used for another request");
};
