import { isUnavailable, withDatabase } from "@clickclack/database/Database";
import { ProjectionBehind } from "@clickclack/database/Watermarks";
import { EmptyEvent } from "@clickclack/protocol/http/shapes";
import type { WorkspacesGroup } from "@clickclack/protocol/http/WorkspacesGroup";
import { isId } from "@clickclack/protocol/Ids";
import { uploadsIn } from "@clickclack/workspace/projections/Uploads";
import type { GatewayContext } from "../../../GatewayContext.ts";
import { removeFile } from "../../../files/removeFile.ts";
import type { Handlers } from "../../../http/Handlers.ts";
import { ok } from "../../../http/HttpReply.ts";
import { eventOf } from "../../../Writes.ts";
import { ownWorkspace } from "../ownWorkspace.ts";
import { wireEvent } from "../wireEvent.ts";

/** Files that are removed with their workspace: more go with the next sweeps. */
const MAX_FILES = 10_000;
/** Files removed at once: a store takes as many requests without others waiting for it. */
const LANES = 4;

type OwnershipHandlers = Pick<Handlers<typeof WorkspacesGroup>, "transferOwnership" | "deleteWorkspace">;

/** What the owner alone does. */
export const ownershipHandlers = (context: GatewayContext): OwnershipHandlers => {
  const { services, reads, writes } = context;

  /** The files of a workspace as far as the read model tells right now; the sweeper finds the others. */
  const filesOf = async (workspaceId: string, seq: number): Promise<ReadonlyArray<string>> => {
    try {
      await reads.projectedUpTo(workspaceId, seq);
      return await withDatabase(() => uploadsIn(services.db, workspaceId, MAX_FILES));
    } catch (error) {
      if (isUnavailable(error) || error instanceof ProjectionBehind) return [];
      throw error;
    }
  };

  const removeFiles = async (workspaceId: string, ids: ReadonlyArray<string>): Promise<void> => {
    const left = ids.values();
    const lane = async () => {
      for (const id of left) await removeFile(services, workspaceId, id);
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  };

  /** A slug that cannot be given up now is free a minute later, as whoever holds it is no more. */
  const releaseSlug = (slug: string, workspaceId: string): Promise<void> =>
    services.reservations.release("slug", slug, workspaceId).catch((error: unknown) => {
      services.log.error({ err: error, workspace_id: workspaceId }, "a slug could not be given up");
    });

  return {
    transferOwnership: async ({ caller, params, payload, request }) => {
      const { user_id: userId } = payload;
      const account = isId("usr", userId) ? await services.directory.findCurrent(userId) : undefined;
      const command = {
        type: "TransferOwnership" as const,
        userId,
        activePerson: account?.active === true && account.kind === "human",
      };
      const { correlationId } = request;
      const outcome = await writes.send(params.workspace_id, caller, command, { correlationId });
      const { state } = await reads.workspace(params.workspace_id, caller);
      const transferred = eventOf(outcome, "workspace.ownership_transferred");
      const event = transferred ? wireEvent(transferred.event, transferred.seq, services.epoch)! : EmptyEvent;
      return ok({ workspace: ownWorkspace(state, caller), event });
    },

    deleteWorkspace: async ({ caller, params, request }) => {
      const replica = await reads.workspace(params.workspace_id, caller);
      const owns = replica.state.members.get(caller.account.id)?.role === "owner";
      const files = owns ? await filesOf(replica.id, replica.seq) : [];
      const command = { type: "DeleteWorkspace" as const };
      const { correlationId } = request;
      const outcome = await writes.send(replica.id, caller, command, { correlationId });
      await releaseSlug(eventOf(outcome, "workspace.deleted")!.event.payload.slug, replica.id);
      void removeFiles(replica.id, files);
      return { status: 204 };
    },
  };
};
