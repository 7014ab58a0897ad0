import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { Operator } from "./Operator.ts";

/** Deletes a workspace for good and frees its slug; its files go with the servers' next sweeps. Throws ApiFailure. */
export const deleteWorkspace = async (
  operator: Operator,
  idOrSlug: string,
): Promise<{ readonly id: string; readonly slug: string }> => {
  const id = await operator.workspace(idOrSlug);
  const { events } = await operator.send(id, { type: "DeleteWorkspace" });
  const [deleted] = events.map(({ event }) => event);
  if (deleted?.type !== "workspace.deleted")
    throw new ApiFailure("not_found", `there is no workspace ${idOrSlug}`);
  const { slug } = deleted.payload;
  await operator.deployment.reservations.release("slug", slug, id);
  return { id, slug };
};
