import type { User } from "@clickclack/protocol/http/shapes";
import type { EventFrame } from "@clickclack/protocol/realtime/Frames";
import type { ApiClient } from "./ApiClient.ts";
import type { ClickClack } from "./ClickClack.ts";
import { Cluster, clientOf } from "./Cluster.ts";
import { EventSocket } from "./EventSocket.ts";
import { Operator } from "./Operator.ts";

export type Person = { readonly user: User; readonly client: ApiClient };

/** Two gateways of one deployment and people of one workspace, for what must be the same on every device. */
export class TwoGateways {
  readonly cluster: Cluster;
  readonly operator: Operator;
  readonly workspaceId: string;
  readonly owner: Person;
  readonly #first: ClickClack;
  readonly #second: ClickClack;
  readonly #sockets: Array<EventSocket> = [];

  private constructor(
    cluster: Cluster,
    nodes: readonly [ClickClack, ClickClack],
    operator: Operator,
    owner: Person,
    workspaceId: string,
  ) {
    this.cluster = cluster;
    [this.#first, this.#second] = nodes;
    this.operator = operator;
    this.owner = owner;
    this.workspaceId = workspaceId;
  }

  static async start(ownersName: string): Promise<TwoGateways> {
    const cluster = await Cluster.create();
    const first = await cluster.add();
    const second = await cluster.add({ role: "gateway" });
    const operator = await Operator.connect(first);
    const owner = await clientOf(first).signUp(ownersName);
    const { id } = await owner.client.createWorkspace();
    return new TwoGateways(cluster, [first, second], operator, owner, id);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.close();
    await this.operator.close();
    await this.cluster.stop();
  }

  /** Somebody who belongs to no workspace. */
  stranger(name: string): Promise<Person> {
    return clientOf(this.#first).signUp(name);
  }

  async join(name: string): Promise<Person> {
    const person = await this.stranger(name);
    await this.operator.addMember(this.workspaceId, person.user.id);
    return person;
  }

  /** The same person at the other gateway. */
  elsewhere({ client }: Person): ApiClient {
    return client.at(this.#second.url);
  }

  /** A person's sockets on both gateways. */
  async devices({ client }: Person): Promise<ReadonlyArray<EventSocket>> {
    const { workspaceId } = this;
    const opened: Array<EventSocket> = [];
    for (const { webSocketUrl } of [this.#first, this.#second]) {
      const socket = await EventSocket.open(webSocketUrl, { workspaceId, headers: client.headers });
      this.#sockets.push(socket);
      await socket.barrier();
      opened.push(socket);
    }
    return opened;
  }

  /** A new conversation of these people. */
  async conversation(by: Person, ...others: ReadonlyArray<Person>): Promise<string> {
    const body = { workspace_id: this.workspaceId, member_ids: others.map(({ user }) => user.id) };
    return (await by.client.ok("POST", "/api/dms", { body })).conversation.id;
  }
}

/** Frames about what somebody's own devices did. */
export const personalFrames = (socket: EventSocket, type: string): ReadonlyArray<EventFrame> =>
  socket.ephemerals.filter((frame) => frame.type === type);
