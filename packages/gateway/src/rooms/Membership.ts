import { StoreUnavailable } from "@clickclack/eventsourcing/EventStore";
import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { newId } from "@clickclack/protocol/Ids";
import type { WorkspaceCommand } from "@clickclack/workspace/Commands";
import { SYSTEM } from "@clickclack/workspace/rules";
import type { Caller } from "../authentication/Caller.ts";
import type { GatewayContext } from "../GatewayContext.ts";
import type { WorkspaceReplica } from "../replica/WorkspaceReplica.ts";

/** Which workspace a surface of rooms serves. */
export interface ServedWorkspace {
  /** Its id; undefined while there is none. */
  readonly workspace: () => Promise<string | undefined>;
  /** The setting that names it. */
  readonly setting: string;
}

/** The one workspace that a surface serves, and who belongs to it. Methods throw ApiFailure or StoreUnavailable. */
export class Membership {
  readonly #context: GatewayContext;
  readonly #served: ServedWorkspace;

  readonly #onFound: (workspaceId: string) => void;
  /** The workspace's id once it has been found. */
  #knownId: string | undefined;

  /** `onFound`: told once which workspace it is. */
  constructor(context: GatewayContext, served: ServedWorkspace, onFound: (workspaceId: string) => void) {
    this.#context = context;
    this.#served = served;
    this.#onFound = onFound;
  }

  get knownId(): string | undefined {
    return this.#knownId;
  }

  async workspaceId(): Promise<string> {
    if (this.#knownId !== undefined) return this.#knownId;
    const id = await this.#served.workspace();
    if (id === undefined)
      throw new ApiFailure("unavailable", `this server has no workspace yet; see ${this.#served.setting}`);
    if (this.#knownId === undefined) this.#onFound(id);
    this.#knownId = id;
    return id;
  }

  /** The workspace as it stands, whoever asks. */
  async replica(): Promise<WorkspaceReplica> {
    const id = await this.workspaceId();
    const { replicas, services } = this.#context;
    const [replica, position] = await Promise.all([replicas.get(id), services.commands.position(id)]);
    await replica.reach(position.version);
    return replica;
  }

  /** The workspace, for one of its members. */
  async replicaOf(accountId: string): Promise<WorkspaceReplica> {
    const replica = await this.replica();
    if (replica.state.members.get(accountId)?.blocked === false) return replica;
    throw new ApiFailure("forbidden", "you are no member of this server's workspace");
  }

  /** Makes somebody a member, who may be called otherwise than by its handle there. */
  async add(workspaceId: string, userId: string, nick?: string): Promise<void> {
    const named = nick !== undefined && { nick };
    await this.#send(workspaceId, SYSTEM, { type: "AddMember", userId, role: "member", ...named });
  }

  /** Carries a command out as one of the members, without that they asked for it. */
  async as(userId: string, command: WorkspaceCommand): Promise<void> {
    await this.#send(await this.workspaceId(), userId, command);
  }

  async rename(
    replica: WorkspaceReplica,
    caller: Caller,
    {
      nick,
      previous,
      correlationId,
    }: { readonly nick: string; readonly previous: string; readonly correlationId: string },
  ): Promise<void> {
    const command = { type: "ChangeNick" as const, userId: caller.account.id, nick, previous };
    const outcome = await this.#context.writes.send(replica.id, caller, command, { correlationId });
    const last = outcome.events.at(-1);
    if (last) await replica.reach(last.event.version);
  }

  /** Takes somebody out; the blocked and the owner stay what they are. */
  async leave(userId: string, reason: string): Promise<void> {
    const workspaceId = await this.workspaceId();
    await this.#send(workspaceId, userId, { type: "RemoveMember", userId, reason }).catch(
      (error: unknown) => {
        if (!(error instanceof ApiFailure) || error.status >= 500) throw error;
      },
    );
  }

  async #send(workspaceId: string, userId: string, command: WorkspaceCommand): Promise<void> {
    const id = newId("cmd");
    const reply = await this.#context.services.commands.send({
      id,
      aggregate: workspaceId,
      at: new Date().toISOString(),
      actor: { user_id: userId },
      correlation_id: id,
      command,
    });
    if (reply._tag === "Accepted") return;
    if (reply._tag === "Rejected") throw ApiFailure.of(reply.rejection);
    throw new StoreUnavailable("no worker carries out commands right now");
  }
}
