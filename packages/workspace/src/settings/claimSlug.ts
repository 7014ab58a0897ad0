import type { Reservations } from "@clickclack/eventsourcing/Reservations";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { slugify } from "../channel/slugify.ts";

/** Slugs tried with a number behind before a random one is taken. */
const ATTEMPTS = 20;
/** A slug that a workspace holds which was never created, or is deleted, is free again after this. */
const ABANDONED_AFTER_MS = 60_000;
const MAX_BASE = 48;

export interface SlugPorts {
  readonly reservations: Reservations;
  /** Whether a workspace of this id was created, and not deleted since. */
  readonly exists: (workspaceId: string) => Promise<boolean>;
}

/** Claims a slug for a workspace: the wanted one, or one made of its name. Throws ApiFailure when the wanted one is taken. */
export const claimSlug = async (
  ports: SlugPorts,
  workspaceId: string,
  wanted: { readonly name: string; readonly slug?: string },
): Promise<string> => {
  if (wanted.slug !== undefined) {
    if (await claim(ports, wanted.slug, workspaceId)) return wanted.slug;
    throw new ApiFailure("name_taken", "this slug is taken");
  }
  const base = slugFrom(wanted.name);
  for (let n = 1; n <= ATTEMPTS; n++) {
    const slug = n === 1 ? base : `${base}-${n}`;
    if (await claim(ports, slug, workspaceId)) return slug;
  }
  return `${base}-${workspaceId.slice(-10)}`;
};

const claim = async ({ reservations, exists }: SlugPorts, slug: string, id: string): Promise<boolean> => {
  const first = await reservations.claim("slug", slug, id);
  if (first._tag === "Claimed") return true;
  const { holder, at, revision } = first.reservation;
  if (Date.now() - at < ABANDONED_AFTER_MS || (await exists(holder))) return false;
  return (await reservations.claim("slug", slug, id, revision))._tag === "Claimed";
};

const slugFrom = (name: string): string =>
  slugify(name)
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/-{2,}/g, "-")
    .replace(/^-+/, "")
    .slice(0, MAX_BASE)
    .replace(/-+$/, "") || "workspace";
