import { type Reply, motdReplies, reply } from "../model/numerics.ts";
import type { IrcParts } from "../IrcParts.ts";
import { type CommandHandler, replies } from "./IrcCommand.ts";

/** MOTD */
export const motd: CommandHandler = async ({ settings }) =>
  replies(...motdReplies(settings.serverName, settings.motd));

/** VERSION */
export const version: CommandHandler = async ({ settings }) =>
  replies(reply("351", [`clickclack-${settings.version}`, settings.serverName], "IRC over an event log"));

/** TIME */
export const time: CommandHandler = async ({ settings }) =>
  replies(reply("391", [settings.serverName], new Date().toISOString()));

/** LUSERS */
export const lusers: CommandHandler = async (parts, { replica }) =>
  replies(...(await lusersReplies(parts, replica.state.channels.size)));

export const lusersReplies = async ({ store }: IrcParts, channels: number): Promise<ReadonlyArray<Reply>> => {
  const users = await store.sessionCount();
  return [
    reply("251", [], `There are ${users} users and 0 invisible on 1 servers`),
    reply("254", [String(channels)], "channels formed"),
    reply("255", [], `I have ${users} clients and 0 servers`),
  ];
};
