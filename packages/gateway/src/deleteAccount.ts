import { type Db, withDatabase } from "@clickclack/database/Database";
import type { CommandBus } from "@clickclack/eventsourcing/CommandBus";
import { StoreUnavailable } from "@clickclack/eventsourcing/EventStore";
import type { Profiles } from "@clickclack/identity/Profiles";
import type { Actor } from "@clickclack/protocol/events/Envelope";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { newId } from "@clickclack/protocol/Ids";
import type { WorkspaceCommand } from "@clickclack/workspace/Commands";
import {
  erasedMemberships,
  listMemberships,
  type Membership,
} from "@clickclack/workspace/projections/memberships";
import { SYSTEM } from "@clickclack/workspace/rules";

export interface DeletionPorts {
  readonly profiles: Profiles;
  readonly commands: Pick<CommandBus<WorkspaceCommand, WorkspaceEvent>, "send">;
  readonly db: Db;
  /** Waits until the read models hold the whole log of the workspaces as it is now. */
  readonly allProjected: () => Promise<void>;
}

/** Workspaces that a refusal names; how many more there are, it says. */
const MAX_NAMED = 5;
/** Memberships that are ended at once of accounts that are gone; what is left is for the next time. */
const MAX_LEFT_OVER = 1_000;

/**
 * Deletes an account for good and takes it out of its workspaces. 409 `owns_workspaces` while it owns some. The account
 * goes first: what of its memberships is left when a process dies in between, {@link finishDeletions} ends.
 */
export const deleteAccount = async (ports: DeletionPorts, accountId: string, actor: Actor): Promise<void> => {
  await ports.allProjected();
  const memberships = await withDatabase(() => listMemberships(ports.db, accountId));
  refuseOwner(memberships);
  await ports.profiles.delete(accountId, actor);
  // It is gone; that it is taken out everywhere must not be what its last request waits for in vain.
  await Promise.allSettled(memberships.map(({ workspaceId }) => takeOut(ports, workspaceId, accountId)));
};

/** Ends memberships of accounts that are gone, and returns how many. Throws DatabaseUnavailable or StoreUnavailable. */
export const finishDeletions = async (ports: Omit<DeletionPorts, "profiles">): Promise<number> => {
  await ports.allProjected();
  const left = await withDatabase(() => erasedMemberships(ports.db, MAX_LEFT_OVER));
  for (const { workspaceId, userId } of left) await takeOut(ports, workspaceId, userId);
  return left.length;
};

const refuseOwner = (memberships: ReadonlyArray<Membership>): void => {
  const owned = memberships.filter(({ role }) => role === "owner");
  if (owned.length === 0) return;
  const named = owned.slice(0, MAX_NAMED).map(({ name, workspaceId }) => `${name} (${workspaceId})`);
  const more = owned.length > named.length ? ` and ${owned.length - named.length} more` : "";
  throw new ApiFailure(
    "owns_workspaces",
    `whoever owns workspaces transfers or deletes them first: ${named.join(", ")}${more}`,
  );
};

/** As the deployment itself: a member that is blocked cannot leave. */
const takeOut = async (
  { commands }: Pick<DeletionPorts, "commands">,
  workspaceId: string,
  userId: string,
): Promise<void> => {
  const id = newId("cmd");
  const reply = await commands.send({
    id,
    aggregate: workspaceId,
    at: new Date().toISOString(),
    actor: { user_id: SYSTEM },
    correlation_id: id,
    command: { type: "RemoveMember", userId },
  });
  // Rejected: it is no member any more, or became the owner meanwhile, which nobody can undo but an operator.
  if (reply._tag === "Unavailable" || reply._tag === "NotOwner")
    throw new StoreUnavailable("no worker holds this workspace right now");
};
