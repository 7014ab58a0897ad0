import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { Workspace } from "@clickclack/protocol/http/shapes";
import { newId } from "@clickclack/protocol/Ids";
import { slugify } from "@clickclack/workspace/channel/slugify";
import { workspaceView } from "@clickclack/workspace/projections/Workspaces";
import type { Caller } from "../../authentication/Caller.ts";
import type { GatewayContext } from "../../GatewayContext.ts";
import type { HttpRequest } from "../../http/HttpRequest.ts";
import { eventOf } from "../../Writes.ts";
import { headerKey } from "./idempotencyKeys.ts";

/** Slugs tried with a number behind before a random one is taken. */
const SLUG_ATTEMPTS = 20;
/** A slug claimed for a workspace that was never created is free again after this. */
const ABANDONED_AFTER_MS = 60_000;

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
  const slug = await claimSlug(context, wanted, id);
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

const claimSlug = async (context: GatewayContext, wanted: NewWorkspace, id: string): Promise<string> => {
  if (wanted.slug !== undefined) {
    if (await claim(context, wanted.slug, id)) return wanted.slug;
    throw new ApiFailure("name_taken", "this slug is taken");
  }
  const base = slugFrom(wanted.name);
  for (let n = 1; n <= SLUG_ATTEMPTS; n++) {
    const slug = n === 1 ? base : `${base}-${n}`;
    if (await claim(context, slug, id)) return slug;
  }
  return `${base}-${id.slice(-10)}`;
};

const claim = async ({ services }: GatewayContext, slug: string, id: string): Promise<boolean> => {
  const first = await services.reservations.claim("slug", slug, id);
  if (first._tag === "Claimed") return true;
  const { holder, at, revision } = first.reservation;
  if (Date.now() - at < ABANDONED_AFTER_MS) return false;
  if ((await services.store.position(holder)).version > 0) return false;
  return (await services.reservations.claim("slug", slug, id, revision))._tag === "Claimed";
};

const slugFrom = (name: string): string =>
  slugify(name)
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 48) || "workspace";
