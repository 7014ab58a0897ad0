import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { newId } from "@clickclack/protocol/Ids";
import { claimSlug } from "@clickclack/workspace/settings/claimSlug";
import { workspaceStands } from "@clickclack/workspace/settings/workspaceStands";
import type { Operator } from "./Operator.ts";

export interface NewWorkspace {
  readonly name: string;
  /** Made of the name otherwise. */
  readonly slug?: string;
  /** Id, email or handle of the person who owns it. */
  readonly owner: string;
}

export interface CreatedWorkspace {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly owner_id: string;
}

/** A new workspace of somebody's, without channels yet. Throws ApiFailure. */
export const createWorkspace = async (
  operator: Operator,
  { name, slug: wanted, owner }: NewWorkspace,
): Promise<CreatedWorkspace> => {
  const { reservations, chatStore } = operator.deployment;
  const { id: ownerId, kind, active } = await operator.account(owner);
  if (kind !== "human" || !active)
    throw new ApiFailure("invalid_request", "a workspace is owned by a person whose account is active");
  const id = newId("wsp");
  const exists = (holder: string) => workspaceStands(chatStore, holder);
  const asked = { name, ...(wanted !== undefined && { slug: wanted }) };
  const slug = await claimSlug({ reservations, exists }, id, asked);
  await operator.send(id, { type: "CreateWorkspace", name, slug }, ownerId);
  return { id, name, slug, owner_id: ownerId };
};
