import { slugify } from "@clickclack/workspace/channel/slugify";
import type { ChannelState, WorkspaceState } from "@clickclack/workspace/WorkspaceState";

/** Names that can be made here; channels of other surfaces may have more letters. */
const NEW_CHANNEL = /^[a-z0-9_-]+$/;
/** Characters of a channel's name, as the domain cuts it. */
export const MAX_CHANNEL = 80;

export const isChannelName = (target: string): boolean => target.startsWith("#");

/** A channel as IRC calls it. */
export const channelName = (channel: Pick<ChannelState, "name">): string => `#${channel.name}`;

/** A name with or without `#` as the domain calls it; undefined for what no channel is called. */
export const nativeName = (target: string): string | undefined => {
  const name = target.replace(/^#/, "").toLowerCase();
  return name !== "" && slugify(name) === name ? name : undefined;
};

/** Whether a channel of this native name may be made over IRC. */
export const isNewName = (name: string): boolean => NEW_CHANNEL.test(name);

export const findChannel = (state: WorkspaceState, target: string): ChannelState | undefined => {
  const id = state.channelNames.get(nativeName(target) ?? "");
  return id === undefined ? undefined : state.channels.get(id);
};
