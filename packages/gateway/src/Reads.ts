import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import { isId } from "@clickclack/protocol/Ids";
import { canSeeChannel, isActiveMember } from "@clickclack/workspace/access";
import { requirePlaceScope } from "./authentication/authorize.ts";
import type { Caller } from "./authentication/Caller.ts";
import type { GatewayServices } from "./GatewayServices.ts";
import type { Replicas } from "./replica/Replicas.ts";
import type { WorkspaceReplica } from "./replica/WorkspaceReplica.ts";

/** Reads that see everything that was acknowledged before they began, by whichever node. */
export class Reads {
  readonly #services: GatewayServices;
  readonly #replicas: Replicas;

  constructor(services: GatewayServices, replicas: Replicas) {
    this.#services = services;
    this.#replicas = replicas;
  }

  /** The workspace as it stands, for one of its members: 404 to strangers, 403 to the blocked. */
  async workspace(workspaceId: string, caller: Caller): Promise<WorkspaceReplica> {
    const replica = await this.current(workspaceId);
    requireMembership(replica, caller);
    return replica;
  }

  /** The workspace as it stands, or one that does not exist; what of it may be told, and to whom, is for the caller to see to. */
  async current(workspaceId: string): Promise<WorkspaceReplica> {
    // Ids become parts of NATS subjects: what is none, a wildcard say, must not get there.
    if (!isId("wsp", workspaceId)) throw noSuchWorkspace();
    const [replica, position] = await Promise.all([
      this.#replicas.get(workspaceId),
      this.#services.commands.position(workspaceId),
    ]);
    await replica.reach(position.version);
    return replica;
  }

  /** The workspace of a channel that its caller sees: 404 otherwise, 403 to the blocked. */
  async channel(workspaceId: string, channelId: string, caller: Caller): Promise<WorkspaceReplica> {
    const replica = await this.workspace(workspaceId, caller).catch((error: unknown) => {
      throw error instanceof ApiFailure && error.status === 404 ? noSuchChannel() : error;
    });
    if (!canSeeChannel(replica.state, caller.account.id, channelId)) throw noSuchChannel();
    requirePlaceScope(caller, channelId, "read");
    return replica;
  }

  /** The workspace as {@link workspace} gives it, with the read models at least as new. Throws ProjectionBehind or DatabaseUnavailable. */
  async projected(workspaceId: string, caller: Caller): Promise<WorkspaceReplica> {
    const replica = await this.workspace(workspaceId, caller);
    await this.projectedUpTo(replica.id, replica.seq);
    return replica;
  }

  /** Waits until the read models hold a workspace's log up to this stream sequence. */
  projectedUpTo(workspaceId: string, seq: number): Promise<void> {
    return this.#services.watermarks.reach("chat", this.#services.chat.partition(workspaceId), seq);
  }

  /** Waits until the read models hold the whole log as it was when this was called. */
  async allProjected(): Promise<void> {
    const tails = await this.#services.reader.tails();
    await Promise.all(tails.map((seq, partition) => this.#services.watermarks.reach("chat", partition, seq)));
  }
}

const noSuchWorkspace = () => new ApiFailure("not_found", "there is no such workspace");
const noSuchChannel = () => new ApiFailure("not_found", "there is no such channel");

const requireMembership = ({ state }: WorkspaceReplica, { account, workspaceId }: Caller): void => {
  const member = state.members.get(account.id);
  const elsewhere = workspaceId !== undefined && workspaceId !== state.id;
  if (!state.exists || !member || elsewhere) throw noSuchWorkspace();
  if (!isActiveMember(state, account.id))
    throw new ApiFailure("blocked", "you are blocked in this workspace");
};
