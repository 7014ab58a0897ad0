import { newId } from "@clickclack/protocol/Ids";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { WorkspaceCommand } from "@clickclack/workspace/Commands";
import { claimSlug } from "@clickclack/workspace/settings/claimSlug";
import { workspaceStands } from "@clickclack/workspace/settings/workspaceStands";
import type { Operator } from "./Operator.ts";

export interface FirstWorkspace {
  /** Names the request: however often it is begun, one workspace is made. */
  readonly key: string;
  readonly name: string;
  readonly channel: string;
  readonly ownerId: string;
}

/** A workspace with one channel, owned by a user who needs no rights for it. Returns its id and slug. */
export const createFirstWorkspace = async (
  operator: Operator,
  { key, name, channel, ownerId }: FirstWorkspace,
): Promise<{ readonly id: string; readonly slug: string }> => {
  const { reservations, chatStore } = operator.deployment;
  const fresh = newId("wsp");
  const claim = await reservations.claim("request", key, fresh);
  const id = claim._tag === "Claimed" ? fresh : claim.reservation.holder;
  const exists = (holder: string) => workspaceStands(chatStore, holder);
  const slug = await claimSlug({ reservations, exists }, id, { name });
  const send = (command: WorkspaceCommand) =>
    operator.send(id, command, ownerId).catch((failure: unknown) => {
      const done = failure instanceof ApiFailure && failure.code === "name_taken";
      if (!done) throw failure;
    });
  await send({ type: "CreateWorkspace", name, slug });
  await send({ type: "CreateChannel", channelId: newId("chn"), name: channel, kind: "public", details: {} });
  return { id, slug };
};
