import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import type { TerminalFrame } from "@clickclack/protocol/terminal/TerminalFrames";
import type { Names } from "../../rooms/Names.ts";
import { isSaid, messageFrame, type Said, toldOf } from "./messageFrame.ts";
import { hearsOf } from "./TerminalHub.ts";
import type { TerminalSession } from "./TerminalSession.ts";
import { MAX_TOLD_BYTES, toldBytes } from "./toldBytes.ts";

/** Messages that are told again. */
const MAX_MISSED = 1_000;

type MessageFrame = Extract<TerminalFrame, { type: "message" }>;

/** What a client knew when its connection was lost. */
export interface Known {
  /** Id of the last message that it has shown. */
  readonly last: string | undefined;
  /** Rooms that it was in, and the version of the log then. */
  readonly rooms: ReadonlyArray<string>;
  readonly version: number;
}

/** What was said in a session's rooms while it was away, as it is now: changed and deleted messages are not told as they were. */
export class Missed {
  readonly #session: TerminalSession;
  readonly #known: Known;
  /** By the id of the message. */
  readonly #said = new Map<string, Said>();
  #bytes = 0;
  #gap = false;

  constructor(session: TerminalSession, known: Known) {
    this.#session = session;
    this.#known = known;
  }

  /** More was said than is told again. */
  get gap(): boolean {
    return this.#gap;
  }

  /** Some of it cannot be read any more, or is too much to be. */
  lose(): void {
    this.#gap = true;
  }

  /** Takes the events in their order. */
  take(event: WorkspaceEvent): void {
    if (isSaid(event)) this.#takeSaid(event);
    else if (event.type === "message.deleted") this.#drop(event.payload.message_id);
    else if (event.type === "channel.member_added") this.#takeEntry(event.payload, event.version);
    else if (event.type === "message.updated") {
      const { message_id: id, body } = event.payload;
      const before = this.#said.get(id);
      if (before) this.#keep(id, { ...before, payload: { ...before.payload, body } } as Said);
    }
  }

  /** What is to be told, the oldest first, as access stands now. */
  frames(names: Names): ReadonlyArray<MessageFrame> {
    const { state } = this.#session.replica;
    return [...this.#said.values()].flatMap((event) => {
      const told = toldOf(state, event);
      if (!told || !hearsOf(state, told.channel, this.#session)) return [];
      const frame = messageFrame(state, told, names, this.#session.userId);
      return frame.type === "message" ? [{ ...frame, missed: true as const }] : [];
    });
  }

  #takeSaid(event: Said): void {
    const { message_id: id } = event.payload;
    const { state } = this.#session.replica;
    if (id === this.#known.last) {
      for (const before of this.#said.keys()) this.#drop(before);
      this.#gap = false;
      return;
    }
    const channel = state.channels.get(event.channel_id ?? "");
    if (channel && hearsOf(state, channel, this.#session)) this.#keep(id, event);
  }

  /** What was said in a room before it was entered is not told; a room that the client was in before is only taken up again. */
  #takeEntry({ channel_id: channelId, user_id: userId }: Entry, version: number): void {
    const { rooms, version: known } = this.#known;
    if (userId !== this.#session.userId || (rooms.includes(channelId) && version > known)) return;
    for (const [id, { channel_id: where }] of this.#said) if (where === channelId) this.#drop(id);
  }

  #keep(id: string, event: Said): void {
    this.#bytes += toldBytes(event.payload.body) - this.#bytesOf(id);
    this.#said.set(id, event);
    for (const oldest of this.#said.keys()) {
      if (this.#said.size <= MAX_MISSED && this.#bytes <= MAX_TOLD_BYTES) break;
      this.#gap = true;
      this.#drop(oldest);
    }
  }

  #drop(id: string): void {
    this.#bytes -= this.#bytesOf(id);
    this.#said.delete(id);
  }

  #bytesOf(id: string): number {
    const event = this.#said.get(id);
    return event ? toldBytes(event.payload.body) : 0;
  }
}

interface Entry {
  readonly channel_id: string;
  readonly user_id: string;
}
