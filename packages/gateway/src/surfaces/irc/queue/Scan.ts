import type { RingEntry } from "../../../replica/EventRing.ts";
import type { WorkspaceReplica } from "../../../replica/WorkspaceReplica.ts";
import type { IrcMessage } from "../model/IrcMessage.ts";
import type { Names } from "../../../rooms/Names.ts";
import { receive } from "../model/receive.ts";
import { translate } from "../model/translate.ts";
import { usersIn } from "../../../rooms/usersIn.ts";
import type { ClientRecord } from "../sessions/records.ts";
import { eventPlace } from "./queueIds.ts";

/** A message and its place in a client's queue. */
export interface Placed {
  readonly place: number;
  readonly message: IrcMessage;
}

export interface ScanOptions {
  readonly userId: string;
  readonly names: Names;
  readonly serverName: string;
  /** Places up to here were acknowledged. */
  readonly acked: number;
  /** Milliseconds since 1970; what is older is not kept for clients. */
  readonly oldest: number;
  readonly limit: number;
}

/** Reads a workspace's log as one client is shown it, from where it stands. */
export class Scan {
  readonly joined: Set<string>;
  readonly found: Array<Placed> = [];
  version: number;
  seq: number;
  readonly #options: ScanOptions;
  /** The last position before anything that was found. */
  #before: ClientRecord["at"] | undefined;

  constructor(at: ClientRecord["at"], options: ScanOptions) {
    this.joined = new Set(at.joined);
    this.version = at.version;
    this.seq = at.seq;
    this.#options = options;
  }

  get full(): boolean {
    return this.found.length >= this.#options.limit;
  }

  /** Where the client stands: nothing that it still has to acknowledge lies before. */
  get anchor(): ClientRecord["at"] {
    return this.#before ?? { version: this.version, seq: this.seq, joined: [...this.joined] };
  }

  /** Whose names {@link take} needs. */
  usersOf(replica: WorkspaceReplica, entries: ReadonlyArray<RingEntry>): ReadonlyArray<string> {
    const { userId } = this.#options;
    return entries.flatMap(({ event }) => {
      const joins = event.type === "channel.member_added" && event.payload.user_id === userId;
      const members = joins ? (replica.state.channels.get(event.payload.channel_id)?.members ?? []) : [];
      return [...usersIn(replica.state, event), ...members];
    });
  }

  /** Takes events in, up to the limit. */
  take(replica: WorkspaceReplica, entries: ReadonlyArray<RingEntry>): void {
    for (const entry of entries) {
      if (this.full) return;
      if (entry.event.version > this.version) this.#takeOne(replica, entry);
    }
  }

  #takeOne(replica: WorkspaceReplica, { event, seq }: RingEntry): void {
    const { names, serverName, userId, acked, oldest } = this.#options;
    const translated = translate(replica.state, event, names);
    if (translated) {
      const moves = translated.membership?.userId === userId || event.type === "member.removed";
      const before = { version: this.version, seq: this.seq, joined: moves ? [...this.joined] : undefined };
      const view = { state: replica.state, names, serverName };
      const messages = receive({ userId, joined: this.joined }, event, translated, view);
      const placed = messages.map((message, n) => ({ place: eventPlace(event.version, n), message }));
      const wanted = Date.parse(event.at) < oldest ? [] : placed.filter(({ place }) => place > acked);
      if (wanted.length > 0) this.#before ??= { ...before, joined: before.joined ?? [...this.joined] };
      this.found.push(...wanted);
    }
    this.version = event.version;
    this.seq = seq;
  }
}
