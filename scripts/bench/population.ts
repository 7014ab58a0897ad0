import { CommandBus } from "@clickclack/eventsourcing/CommandBus";
import { chatLog } from "@clickclack/eventsourcing/EventLog";
import { Nats } from "@clickclack/eventsourcing/nats/Nats";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import { newId } from "@clickclack/protocol/Ids";
import type { WorkspaceCommand } from "@clickclack/workspace/Commands";
import { SYSTEM } from "@clickclack/workspace/rules";
import { ApiClient } from "../../test/support/ApiClient.ts";
import type { ClickClack } from "../../test/support/ClickClack.ts";

/** Who talks where on a server of ours. */
export interface Population {
  readonly workspaceId: string;
  readonly channelId: string;
  /** One for each member. */
  readonly userIds: ReadonlyArray<string>;
  readonly tokens: ReadonlyArray<string>;
  /** Acts as the first of them. */
  readonly client: ApiClient;
}

/** Signs people up and makes them members of a new workspace with one public channel. */
export const populate = async (server: ClickClack, members: number): Promise<Population> => {
  const visitor = new ApiClient(server.url);
  const people = [];
  for (let i = 0; i < members; i++) people.push(await visitor.signUp(`bench-${i}`));
  const { client } = people[0]!;
  const workspace = await client.createWorkspace("Bench");
  const channel = await client.createChannel(workspace.id);
  await addMembers(
    server,
    workspace.id,
    people.slice(1).map(({ user }) => user.id),
  );
  return {
    workspaceId: workspace.id,
    channelId: channel.id,
    userIds: people.map(({ user }) => user.id),
    tokens: people.map(({ token }) => token),
    client,
  };
};

/** As an operator would: by command, past the rules of membership. */
const addMembers = async (
  server: ClickClack,
  workspaceId: string,
  users: ReadonlyArray<string>,
): Promise<void> => {
  const nats = await Nats.connect((await server.runFile()).nats, "bench");
  const bus = new CommandBus<WorkspaceCommand, WorkspaceEvent>(nats, chatLog(1), undefined);
  for (const userId of users) {
    const id = newId("cmd");
    const reply = await bus.send({
      id,
      aggregate: workspaceId,
      at: new Date().toISOString(),
      actor: { user_id: SYSTEM },
      correlation_id: id,
      command: { type: "AddMember", userId, role: "member" },
    });
    if (reply._tag !== "Accepted") throw new Error(`no member: ${JSON.stringify(reply)}`);
  }
  await nats.close();
};
