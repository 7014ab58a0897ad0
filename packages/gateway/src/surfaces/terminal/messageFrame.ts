import type { WorkspaceEvent, WorkspaceEventOf } from "@clickclack/protocol/events/WorkspaceEvents";
import type { TerminalExtra, TerminalFrame } from "@clickclack/protocol/terminal/TerminalFrames";
import type { ChannelState, WorkspaceState } from "@clickclack/workspace/WorkspaceState";
import type { Names } from "../../rooms/Names.ts";

export type Said = WorkspaceEventOf<"message.created"> | WorkspaceEventOf<"thread.reply_created">;
/** Events that tell of a message. */
export type Told = Said | WorkspaceEventOf<"message.updated"> | WorkspaceEventOf<"message.deleted">;

/** An event of a message, where it is, and what a client must have asked for to be told of it. */
export interface ToldMessage {
  readonly event: Told;
  readonly channel: ChannelState;
  readonly extra?: TerminalExtra;
}

export const isSaid = (event: WorkspaceEvent): event is Said =>
  event.type === "message.created" || event.type === "thread.reply_created";

/** Where an event of a message belongs; undefined for a place that is gone. */
export const toldOf = (state: WorkspaceState, event: Told): ToldMessage | undefined => {
  const channel = state.channels.get(event.channel_id ?? "");
  if (!channel) return undefined;
  return { event, channel, ...(!isSaid(event) && { extra: "changes" as const }) };
};

/** An event of a message as a frame; in a private conversation, for the one of it who reads. */
export const messageFrame = (
  state: WorkspaceState,
  { event, channel }: ToldMessage,
  names: Names,
  readerId: string,
): Exclude<TerminalFrame, { type: "error" | "ack" | "welcome" | "typing" }> => {
  const nick = (userId: string) => names.nickOf(state, userId, event.version);
  const peers = channel.kind === "direct" ? peersOf(channel, readerId).map(nick).join(",") : undefined;
  const { message_id: id } = event.payload;
  const room = peers === undefined ? channel.name : `@${peers}`;
  const username = nick(event.actor.user_id);
  switch (event.type) {
    case "message.deleted":
      return { type: "deleted", id, room };
    case "message.updated":
      return { type: "edited", id, ts: event.at, username, room, text: event.payload.body };
    case "message.created":
    case "thread.reply_created":
      return {
        type: "message",
        id,
        ts: event.at,
        username: nick(event.payload.author_id),
        room,
        text: shownBody(event.payload.body),
        ...(event.payload.kind === "action" && { action: true }),
        ...(peers !== undefined && { direct: peers }),
        ...(event.type === "thread.reply_created" && { thread: event.payload.root_message_id }),
      };
  }
};

/** A message may be a file alone. */
export const shownBody = (body: string): string => (body === "" ? "(a file)" : body);

const peersOf = (channel: ChannelState, readerId: string): ReadonlyArray<string> => {
  const others = [...channel.members].filter((id) => id !== readerId);
  return others.length === 0 ? [readerId] : others;
};
