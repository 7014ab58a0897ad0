import type { Channel, Message, User, Workspace } from "@clickclack/protocol/http/shapes";
import type { ApiClient } from "../support/ApiClient.ts";
import type { Operator } from "../support/Operator.ts";
import { uploadFile } from "../support/uploadFile.ts";

/** Somebody who can act. */
export interface Person {
  readonly user: User;
  readonly client: ApiClient;
}

/** A workspace with something of everything in it. */
export interface World {
  readonly workspace: Workspace;
  readonly ann: Person;
  readonly bob: Person;
  readonly gone: Person;
  readonly general: Channel;
  readonly secret: Channel;
  readonly directId: string;
  readonly root: Message;
  readonly quoting: Message;
  readonly deleted: Message;
  readonly uploadId: string;
  readonly content: string;
}

/** What was said in a message that was deleted, and in one that was quoted: nobody may read it in an export. */
export const DELETED_TEXT = "what nobody should have said";

/** Makes a workspace with people, channels, conversations, threads, edits, deletions, files and reading marks. */
export const makeWorld = async (captain: ApiClient, operator: Operator): Promise<World> => {
  const [ann, bob, gone] = [
    await captain.signUp("ann"),
    await captain.signUp("bob"),
    await captain.signUp("gone"),
  ];
  const workspace = await ann.client.createWorkspace("Acme");
  for (const { user } of [bob, gone]) await operator.addMember(workspace.id, user.id);
  const { bot } = await botOf(operator, workspace, ann);
  const general = await ann.client.createChannel(workspace.id);
  const secret = await ann.client.createChannel(workspace.id, "secret", "private");
  await ann.client.ok("POST", `/api/channels/${secret.id}/members`, { body: { user_id: gone.user.id } });
  const topic = await ann.client.ok("POST", `/api/workspaces/${workspace.id}/topics`, {
    body: { name: "Releases", channel_id: general.id },
  });
  const say = async (who: Person, channel: Channel, body: string, extra = {}) =>
    (await who.client.post(channel.id, body, extra)).message;
  const root = await say(ann, general, `Hello @${bob.user.handle}`, { topic_id: topic.topic.id });
  // A text that looks like ids stays a text.
  await say(gone, secret, root.id);
  for (const body of ["first", "second", "third"]) await reply(bob, root, body);
  const deletedReply = await reply(gone, root, `${DELETED_TEXT}, in a thread`);
  await bob.client.ok("PATCH", `/api/messages/${(await reply(bob, root, "tpyo")).id}`, {
    body: { body: "typo" },
  });
  const deleted = await say(bob, general, DELETED_TEXT);
  await bob.client.ok("PATCH", `/api/messages/${deleted.id}`, { body: { body: `${DELETED_TEXT}!` } });
  const quoting = await say(ann, general, "I quote", { quoted_message_id: deleted.id });
  const doomed = await uploadFile(bob.client, workspace.id, {
    content: "secret plan",
    filename: "secret-plan.txt",
  });
  const withFile = await say(bob, general, `${DELETED_TEXT} in a file`, { upload_id: doomed.id });
  for (const { id } of [deleted, deletedReply, withFile])
    await ann.client.ok("DELETE", `/api/messages/${id}`);
  const content = "a plan ".repeat(10_000);
  const upload = await uploadFile(ann.client, workspace.id, { content, filename: "plan.txt" });
  await say(ann, general, "see file", { upload_id: upload.id });
  for (const who of [ann, bob])
    await who.client.ok("POST", `/api/messages/${root.id}/reactions`, { body: { emoji: "👍" } });
  await ann.client.ok("DELETE", `/api/messages/${root.id}/reactions/${encodeURIComponent("👍")}`);
  await ann.client.ok("POST", `/api/channels/${general.id}/pins`, { body: { message_id: root.id } });
  const { conversation } = await ann.client.ok("POST", "/api/dms", {
    body: { workspace_id: workspace.id, member_ids: [bob.user.id] },
  });
  const directId = conversation.id as string;
  await bob.client.ok("POST", `/api/dms/${directId}/messages`, { body: { body: "just us" } });
  await keepPersonal(bob, general, directId);
  await operator.removeMember(workspace.id, bot.id);
  await leaveForGood(captain, operator, workspace, general);
  await operator.deactivate(gone.user.id);
  return {
    workspace,
    ann,
    bob,
    gone,
    general,
    secret,
    directId,
    root,
    quoting,
    deleted,
    uploadId: upload.id,
    content,
  };
};

/** Somebody who said something, and whose account is deleted. */
const leaveForGood = async (
  captain: ApiClient,
  operator: Operator,
  workspace: Workspace,
  channel: Channel,
): Promise<void> => {
  const { user, client } = await captain.signUp("erased");
  await operator.addMember(workspace.id, user.id);
  await client.post(channel.id, "I was here");
  await operator.removeMember(workspace.id, user.id);
  await operator.deployment.profiles.delete(user.id, { user_id: user.id });
};

const botOf = async (operator: Operator, workspace: Workspace, owner: Person) => {
  const { botId } = await operator.createBot(workspace.id, ["bot:write"], { owner: owner.user.id });
  return { bot: { id: botId } };
};

const reply = async (who: Person, root: Message, body: string): Promise<Message> =>
  (await who.client.ok("POST", `/api/messages/${root.id}/thread/replies`, { body: { body } })).message;

const keepPersonal = async (who: Person, channel: Channel, directId: string): Promise<void> => {
  await who.client.ok("POST", `/api/channels/${channel.id}/read`, { body: { seq: 2 } });
  await who.client.ok("PATCH", `/api/channels/${channel.id}/notification-settings`, {
    body: { preference: "mentions" },
  });
  await who.client.ok("PUT", `/api/channels/${channel.id}/draft`, { body: { body: "an unsent thought" } });
  await who.client.ok("POST", `/api/dms/${directId}/read`, { body: { seq: 1 } });
};
