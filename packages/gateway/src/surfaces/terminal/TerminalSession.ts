import type { Secrets } from "@clickclack/identity/secrets/Secrets";
import type { TerminalExtra, TerminalFrame } from "@clickclack/protocol/terminal/TerminalFrames";
import type { Caller } from "../../authentication/Caller.ts";
import type { WorkspaceReplica } from "../../replica/WorkspaceReplica.ts";
import { plainText } from "./plainText.ts";
import { sealResume } from "./Resume.ts";

/** A listener gets a new resume token after so many events or so long, so that its old one stays good for a return. */
const RESUME_EVENTS = 500;
const RESUME_AFTER_MS = 3_600_000;
/** Input ids whose repetition is noticed: those of the last minutes. */
const REMEMBERED_IDS = 1_000;

/** A connection as the rest sees it. */
export interface TerminalWire {
  readonly send: (text: string) => void;
  /** Several sends as one write. */
  readonly together: (write: () => void) => void;
  readonly close: (code: number, reason: string) => void;
}

export interface SessionStart {
  readonly id: string;
  readonly caller: Caller;
  readonly replica: WorkspaceReplica;
  /** Names this stay, also over lost connections. */
  readonly visit: string;
  /** The name that a guest holds while connected. */
  readonly guestName: string | undefined;
  readonly wants: ReadonlySet<TerminalExtra>;
  readonly text: boolean;
  readonly wire: TerminalWire;
}

/** Somebody who is here: by one connection, in some rooms, one of which is current. */
export class TerminalSession {
  readonly id: string;
  readonly caller: Caller;
  readonly replica: WorkspaceReplica;
  readonly visit: string;
  readonly wants: ReadonlySet<TerminalExtra>;
  readonly text: boolean;
  readonly #wire: TerminalWire;
  guestName: string | undefined;
  closed = false;
  /** Went away by its own wish, and comes back anew. */
  quits = false;
  /** What was told before this version was told in another way. */
  since = 0;
  /** The ids of channels; the current one is the last that was made so. */
  #rooms: Array<string> = [];
  /** How much is being done that ends by telling where it is. */
  #moves = 0;
  /** What the client was told of where it is. */
  #toldPlace = "";
  #tokenVersion = 0;
  #tokenAt = 0;
  readonly #ids = new Map<string, number>();

  constructor(start: SessionStart) {
    this.id = start.id;
    this.caller = start.caller;
    this.replica = start.replica;
    this.visit = start.visit;
    this.guestName = start.guestName;
    this.wants = start.wants;
    this.text = start.text;
    this.#wire = start.wire;
  }

  get userId(): string {
    return this.caller.account.id;
  }

  get rooms(): ReadonlyArray<string> {
    return this.#rooms;
  }

  /** Id of the current room; empty while there is none. */
  get room(): string {
    return this.#rooms.at(-1) ?? "";
  }

  isIn(channelId: string): boolean {
    return this.#rooms.includes(channelId);
  }

  /** Enters a room, which is current then only if it is the first one, or if it is said. */
  enter(channelId: string, current: boolean): void {
    const others = this.#rooms.filter((id) => id !== channelId);
    if (current || others.length === 0) this.#rooms = [...others, channelId];
    else if (!this.isIn(channelId)) this.#rooms = [channelId, ...others];
  }

  exit(channelId: string): void {
    this.#rooms = this.#rooms.filter((id) => id !== channelId);
  }

  /** Does what may change its rooms, and tells of it. */
  async moving(move: () => Promise<void>): Promise<void> {
    this.#moves += 1;
    try {
      await move();
    } finally {
      this.#moves -= 1;
    }
  }

  /** Whether what changes its rooms now is told of in any case. */
  get isMoving(): boolean {
    return this.#moves > 0;
  }

  /** Names of the rooms, in the order of their names, and of the current one. */
  place(): { readonly rooms: ReadonlyArray<string>; readonly room: string } {
    const { channels } = this.replica.state;
    const nameOf = (id: string) => channels.get(id)?.name ?? "";
    return { rooms: this.#rooms.map(nameOf).toSorted(), room: nameOf(this.room) };
  }

  /** Whether the client was not told this yet of where it is; from now on it was. */
  isNews(place: object): boolean {
    const text = JSON.stringify(place);
    const news = text !== this.#toldPlace;
    this.#toldPlace = text;
    return news;
  }

  send(frame: TerminalFrame): void {
    if (this.closed) return;
    const text = this.text ? plainText(frame) : JSON.stringify(frame);
    if (text !== undefined) this.#wire.send(text);
  }

  /** Sends what was encoded for all. */
  sendEncoded(text: string): void {
    if (!this.closed) this.#wire.send(text);
  }

  together(write: () => void): void {
    if (!this.closed) this.#wire.together(write);
  }

  /** Whether what is sent next shall carry a new resume token. */
  needsResume(): boolean {
    const old = Date.now() - this.#tokenAt > RESUME_AFTER_MS;
    return old || this.replica.version - this.#tokenVersion > RESUME_EVENTS;
  }

  /** A token for whoever lost this connection; all that was sent before it counts as seen. */
  resume(secrets: Secrets, at: { readonly version: number; readonly seq: number }): string {
    this.#tokenAt = Date.now();
    this.#tokenVersion = at.version;
    return sealResume(secrets, {
      userId: this.userId,
      visit: this.visit,
      workspaceId: this.replica.id,
      rooms: this.#rooms,
      version: at.version,
      seq: at.seq,
      at: this.#tokenAt,
    });
  }

  /**
   * What an input is known by when it is sent again, after a lost connection or an error. An id that comes again by one
   * connection after its ack names another input.
   */
  keyOf(id: string): string {
    return `${this.visit}.${this.#ids.get(id) ?? 0}.${id}`;
  }

  /** Call when an input was done, before its ack. */
  done(id: string): void {
    this.#ids.set(id, (this.#ids.get(id) ?? 0) + 1);
    if (this.#ids.size > REMEMBERED_IDS) this.#ids.delete(this.#ids.keys().next().value!);
  }

  close(code: number, reason: string): void {
    if (this.closed) return;
    this.#wire.close(code, reason);
  }
}
