import { canSeeChannel } from "@clickclack/workspace/access";
import { isOperator, isVoiced } from "@clickclack/workspace/channel/ChannelModes";
import type { ChannelState, WorkspaceState } from "@clickclack/workspace/WorkspaceState";
import { channelName } from "../../../rooms/channelName.ts";
import type { Names } from "../../../rooms/Names.ts";
import { type Reply, reply } from "./numerics.ts";
import { sourceOf } from "../../../rooms/nick.ts";

/** A channel as one of its readers sees it. */
export interface ChannelView {
  readonly state: WorkspaceState;
  readonly channel: ChannelState;
  readonly names: Names;
}

/** `o`, `v` or nothing: what somebody is in a channel. */
export const memberMode = (state: WorkspaceState, channel: ChannelState, userId: string): "" | "o" | "v" => {
  if (isOperator(state, channel, userId)) return "o";
  return isVoiced(channel, userId) ? "v" : "";
};

export const PREFIXES = { "": "", o: "@", v: "+" } as const;

export const topicReplies = (
  serverName: string,
  { state, channel, names }: ChannelView,
): ReadonlyArray<Reply> => {
  const name = channelName(channel);
  const { about: topic } = channel;
  if (!topic || topic.text === "") return [reply("331", [name], "No topic is set")];
  const by = names.nickOf(state, topic.setBy);
  return [
    reply("332", [name], topic.text.replaceAll(/[\r\n]+/g, " ")),
    reply("333", [name, sourceOf(by, serverName), String(Math.floor(Date.parse(topic.at) / 1_000))]),
  ];
};

const isSecret = ({ kind, modes }: ChannelState): boolean => kind === "private" || modes?.secret === true;

/** Who is in a channel and may be seen there. */
export const membersOf = ({ state, channel }: ChannelView): ReadonlyArray<string> =>
  [...channel.members].filter((id) => canSeeChannel(state, id, channel.id));

/** 353 and 366; with `prefixes`, every prefix of a member and not its highest alone. */
export const nameReplies = (view: ChannelView): ReadonlyArray<Reply> => {
  const { state, channel, names } = view;
  const name = channelName(channel);
  const shown = membersOf(view).map(
    (id) => PREFIXES[memberMode(state, channel, id)] + names.nickOf(state, id),
  );
  const kind = isSecret(channel) ? "@" : "=";
  return [reply("353", [kind, name], shown.join(" ")), reply("366", [name], "End of the list of names")];
};

/** A channel's modes as letters, with what they are about: `+ntl 50`. Keys stand as `*`. */
export const modesOf = (channel: ChannelState): ReadonlyArray<string> => {
  const { kind, archived, modes } = channel;
  const letters: Array<string> = [];
  const values: Array<string> = [];
  if (isSecret(channel)) letters.push("s");
  if (modes?.invite_only || kind === "private") letters.push("i");
  if (modes?.moderated || archived) letters.push("m");
  if (modes?.members_only) letters.push("n");
  if (modes?.topic_locked) letters.push("t");
  if (modes?.key_hash !== undefined) {
    letters.push("k");
    values.push("*");
  }
  if (modes?.member_limit !== undefined) {
    letters.push("l");
    values.push(String(modes.member_limit));
  }
  return [`+${letters.join("")}`, ...values];
};
