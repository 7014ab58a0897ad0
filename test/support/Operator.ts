import type { Appended, CommandReply } from "@clickclack/eventsourcing/CommandReply";
import { Nats } from "@clickclack/eventsourcing/nats/Nats";
import type { Role, WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { newId } from "@clickclack/protocol/Ids";
import { type Deployment, openDeployment } from "@clickclack/server/Deployment";
import { createBot } from "@clickclack/server/operator/createBot";
import { Operator as ServerOperator } from "@clickclack/server/operator/Operator";
import type { WorkspaceCommand } from "@clickclack/workspace/Commands";
import { SYSTEM } from "@clickclack/workspace/rules";
import type { ClickClack } from "./ClickClack.ts";

/** Acts on a running deployment over its NATS, as the command line does: above the rules of membership. */
export class Operator {
  readonly deployment: Deployment;

  private constructor(deployment: Deployment) {
    this.deployment = deployment;
  }

  static async connect(server: ClickClack): Promise<Operator> {
    const { nats } = await server.runFile();
    const connection = await Nats.connect(nats, "test operator");
    // The streams are there already: what is given here is not taken.
    return new Operator(await openDeployment(connection, { partitions: 1, replicas: 1 }));
  }

  async close(): Promise<void> {
    await this.deployment.hasher.stop();
    this.deployment.directory.close();
    await this.deployment.nats.close();
  }

  /** Sends a command and returns its events; throws unless it was accepted. */
  async send(
    workspaceId: string,
    command: WorkspaceCommand,
    userId = SYSTEM,
  ): Promise<ReadonlyArray<Appended<WorkspaceEvent>>> {
    const id = newId("cmd");
    const at = new Date().toISOString();
    const actor = { user_id: userId };
    const envelope = { id, aggregate: workspaceId, at, actor, correlation_id: id, command };
    const reply: CommandReply<WorkspaceEvent> = await this.deployment.chatBus.send(envelope);
    if (reply._tag !== "Accepted") throw new Error(`${command.type}: ${JSON.stringify(reply)}`);
    return reply.events;
  }

  addMember(workspaceId: string, userId: string, role: Role = "member") {
    return this.send(workspaceId, { type: "AddMember", userId, role });
  }

  removeMember(workspaceId: string, userId: string) {
    return this.send(workspaceId, { type: "RemoveMember", userId });
  }

  blockMember(workspaceId: string, userId: string, blocked = true) {
    return this.send(workspaceId, { type: "ModerateMember", userId, changes: { blocked } });
  }

  joinChannel(workspaceId: string, channelId: string, userId: string) {
    return this.send(workspaceId, { type: "AddChannelMember", channelId, userId });
  }

  /** A bot of a workspace, with a token for these scopes and bundles. */
  createBot(workspace: string, scopes: ReadonlyArray<string>, more: { name?: string; owner?: string } = {}) {
    return createBot(new ServerOperator(this.deployment), { workspace, name: "Bot", scopes, ...more });
  }

  deactivate(userId: string): Promise<void> {
    return this.deployment.accounts.deactivate(userId, { user_id: SYSTEM });
  }

  /** Ends the session or token that this bearer token opens. */
  async revokeToken(userId: string, credentialId: string): Promise<void> {
    await this.deployment.accounts.revoke(userId, credentialId, { user_id: SYSTEM });
  }
}
