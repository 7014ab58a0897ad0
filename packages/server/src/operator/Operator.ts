import type { CommandReply } from "@clickclack/eventsourcing/CommandReply";
import { loadAggregate } from "@clickclack/eventsourcing/Aggregate";
import { StoreUnavailable } from "@clickclack/eventsourcing/EventStore";
import type { AccountState } from "@clickclack/identity/account/Account";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { isId, newId } from "@clickclack/protocol/Ids";
import type { WorkspaceCommand } from "@clickclack/workspace/Commands";
import { SYSTEM } from "@clickclack/workspace/rules";
import { workspaceStands } from "@clickclack/workspace/settings/workspaceStands";
import { WorkspaceDecider } from "@clickclack/workspace/WorkspaceDecider";
import type { WorkspaceState } from "@clickclack/workspace/WorkspaceState";
import type { Deployment } from "../Deployment.ts";

type Accepted = Extract<CommandReply<WorkspaceEvent>, { readonly _tag: "Accepted" }>;

/** Whoever looks after the deployment at the command line: finds things by the names people know, and acts above membership. */
export class Operator {
  static readonly ACTOR = { user_id: SYSTEM };
  readonly deployment: Deployment;

  constructor(deployment: Deployment) {
    this.deployment = deployment;
  }

  /** Sends a command to a workspace, as the operator unless told otherwise. Throws ApiFailure or StoreUnavailable. */
  async send(workspaceId: string, command: WorkspaceCommand, userId: string = SYSTEM): Promise<Accepted> {
    const id = newId("cmd");
    const reply = await this.deployment.chatBus.send({
      id,
      aggregate: workspaceId,
      at: new Date().toISOString(),
      actor: { user_id: userId },
      correlation_id: id,
      command,
    });
    if (reply._tag === "Accepted") return reply;
    if (reply._tag === "Rejected") throw ApiFailure.of(reply.rejection);
    throw new StoreUnavailable(
      "no server of this deployment carries out commands right now; is one running?",
    );
  }

  /** The id of the workspace with this id or slug. Throws ApiFailure. */
  async workspace(idOrSlug: string): Promise<string> {
    const { chatStore, reservations } = this.deployment;
    const id = isId("wsp", idOrSlug)
      ? idOrSlug
      : (await reservations.find("slug", idOrSlug.toLowerCase()))?.holder;
    if (id !== undefined && (await workspaceStands(chatStore, id))) return id;
    throw new ApiFailure("not_found", `there is no workspace ${idOrSlug}`);
  }

  /** A workspace as it stands in the log. Throws StoreUnavailable. */
  async state(workspaceId: string): Promise<WorkspaceState> {
    const { chatStore, snapshots } = this.deployment;
    return (await loadAggregate(WorkspaceDecider, chatStore, snapshots, workspaceId)).state;
  }

  /** The account with this id, email or handle. Throws ApiFailure. */
  async account(name: string): Promise<AccountState> {
    const account = await this.#find(name);
    if (account) return account;
    throw new ApiFailure("not_found", `there is no user ${name}`);
  }

  async #find(name: string): Promise<AccountState | undefined> {
    const { accounts, directory, reservations } = this.deployment;
    if (isId("usr", name)) return directory.findCurrent(name);
    if (/^.+@/.test(name)) return accounts.findByEmail(name);
    const handle = name.replace(/^@/, "").toLowerCase();
    const reservation = await reservations.find("handle", handle);
    return reservation && directory.findCurrent(reservation.holder);
  }
}
