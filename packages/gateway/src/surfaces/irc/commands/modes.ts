import { randomBytes } from "node:crypto";
import { channelKeyHash } from "@clickclack/workspace/channel/channelKeyHash";
import type { ModeChange, ModeLetter } from "@clickclack/workspace/channel/ChannelModes";
import type { ChannelState } from "@clickclack/workspace/WorkspaceState";
import type { IrcActor, IrcParts } from "../IrcParts.ts";
import { channelName, isChannelName } from "../../../rooms/channelName.ts";
import { modesOf } from "../model/channelReplies.ts";
import { foldName } from "../../../rooms/nick.ts";
import { type Reply, reply } from "../model/numerics.ts";
import { IrcRefusal, refuse } from "../refusals.ts";
import { type CommandHandler, replies, required } from "./IrcCommand.ts";
import { nickOf, requireChannel, requireListed, requireNick, send } from "./targets.ts";

/** MODE: what a channel's modes are, or what becomes of them. Users have none. */
export const mode: CommandHandler = async (parts, actor, command) => {
  const target = required(command, 0);
  if (!isChannelName(target)) return userMode(parts, actor, target);
  const [, letters = "", ...values] = command.params;
  const asksBans = /^\+?b+$/.test(letters) && values.length === 0;
  const asks = letters === "" || asksBans;
  // Whoever runs a secret channel that it is not in may change it all the same.
  const channel = asks ? requireListed(actor, target) : requireChannel(actor, target);
  const name = channelName(channel);
  if (letters === "") {
    const created = String(Math.floor(Date.parse(channel.createdAt) / 1_000));
    return replies(reply("324", [name, ...modesOf(channel)]), reply("329", [name, created]));
  }
  if (asksBans) return replies(...banReplies(channel));
  const changes = await parseChanges(parts, actor, { channel, letters, values });
  await send(parts, actor, { type: "ChangeChannelModes", channelId: channel.id, changes }, [name]);
  return replies();
};

const userMode = async (parts: IrcParts, actor: IrcActor, nick: string) => {
  const own = await nickOf(parts, actor.replica, actor.caller.account.id);
  if (foldName(own) !== foldName(nick))
    throw new IrcRefusal("502", [], "you see and change your own modes alone", "forbidden");
  return replies(reply("221", ["+"]));
};

const banReplies = (channel: ChannelState): ReadonlyArray<Reply> => {
  const name = channelName(channel);
  return [
    ...(channel.modes?.bans ?? []).map((mask) => reply("367", [name, mask])),
    reply("368", [name], "End of the list of bans"),
  ];
};

/** Changes of one command. */
const MAX_CHANGES = 20;
const TAKES_VALUE = new Set(["o", "v", "b", "k"]);
const MAX_LIMIT = 100_000;

interface Wanted {
  readonly channel: ChannelState;
  readonly letters: string;
  readonly values: ReadonlyArray<string>;
}

const parseChanges = async (
  parts: IrcParts,
  actor: IrcActor,
  { channel, letters, values }: Wanted,
): Promise<ReadonlyArray<ModeChange>> => {
  const left = [...values];
  const changes: Array<ModeChange> = [];
  let sign: "+" | "-" = "+";
  for (const letter of letters) {
    if (letter === "+" || letter === "-") {
      sign = letter;
      continue;
    }
    if (changes.length === MAX_CHANGES) break;
    if (!/^[ovmntsiklb]$/.test(letter)) throw unknownMode(letter);
    if (letter === "s" && channel.kind === "private") throw madePrivate();
    const takes = TAKES_VALUE.has(letter) || (letter === "l" && sign === "+");
    const value = takes ? left.shift() : undefined;
    if (takes && value === undefined && !(letter === "k" && sign === "-")) throw refuse.missing("MODE");
    const argument = await argumentOf(parts, actor, channel, { letter, value });
    changes.push({
      mode: `${sign}${letter as ModeLetter}`,
      ...(argument !== undefined && { argument }),
    });
  }
  return changes;
};

/** Whoever has the log guesses the words of all channels one by one. */
const SALT_BYTES = 16;

const unknownMode = (letter: string): IrcRefusal =>
  new IrcRefusal("472", [letter], "is no mode that this server knows", "bad_request");

const madePrivate = (): IrcRefusal =>
  new IrcRefusal("472", ["s"], "this channel was made private: it is secret, and stays so", "bad_request");

const argumentOf = async (
  parts: IrcParts,
  actor: IrcActor,
  channel: ChannelState,
  { letter, value }: { readonly letter: string; readonly value: string | undefined },
): Promise<string | undefined> => {
  if (value === undefined) return undefined;
  const name = channelName(channel);
  switch (letter) {
    case "o":
    case "v": {
      const id = await requireNick(parts, actor, value);
      if (!channel.members.has(id)) throw refuse.notThere(value, name);
      return id;
    }
    case "k":
      return channelKeyHash(randomBytes(SALT_BYTES).toString("hex"), value);
    case "l": {
      const limit = Number(value);
      if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_LIMIT) throw refuse.missing("MODE");
      return String(limit);
    }
    default:
      return maskOf(parts, actor, value);
  }
};

/** A mask in full. One that names a nick holds whoever has it now, under whatever name they come back. */
const maskOf = async (parts: IrcParts, actor: IrcActor, value: string): Promise<string> => {
  const mask = value.slice(0, 200);
  if (/[!@*?]/.test(mask)) return mask.includes("!") ? mask : `*!${mask}`;
  const id = await parts.sessions.holderOf(mask);
  return id !== undefined && actor.replica.state.members.has(id) ? `*!${id}@*` : `${mask}!*@*`;
};
