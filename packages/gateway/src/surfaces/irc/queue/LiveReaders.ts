import type { RingEntry } from "../../../replica/EventRing.ts";
import type { WorkspaceReplica } from "../../../replica/WorkspaceReplica.ts";
import type { Reader } from "../model/audience.ts";
import type { IrcMessage } from "../model/IrcMessage.ts";
import { NamedTurns } from "../../../rooms/NamedTurns.ts";
import type { Names } from "../../../rooms/Names.ts";
import { receive } from "../model/receive.ts";
import { translate } from "../model/translate.ts";
import { usersIn } from "../../../rooms/usersIn.ts";

/** Somebody who is told of events as they happen: a parked poll, or an IRC connection. */
export interface LiveReader extends Reader {
  /** The version up to which it has been told. */
  version: number;
  /** Told in the order of the log; `event` is what the messages come of. */
  readonly deliver: (messages: ReadonlyArray<IrcMessage>, entry: RingEntry) => void;
}

/** Fans the events of the one workspace out to whoever is here right now. */
export class LiveReaders {
  readonly #names: Names;
  readonly #serverName: string;
  readonly #readers = new Set<LiveReader>();
  readonly #turns: NamedTurns;

  constructor(names: Names, serverName: string) {
    this.#names = names;
    this.#turns = new NamedTurns(names);
    this.#serverName = serverName;
  }

  get size(): number {
    return this.#readers.size;
  }

  add(reader: LiveReader): void {
    this.#readers.add(reader);
  }

  remove(reader: LiveReader): void {
    this.#readers.delete(reader);
  }

  /** Resolves once all that happened before this call has been delivered. */
  settled(): Promise<void> {
    return this.#turns.settled();
  }

  onEvent(replica: WorkspaceReplica, entry: RingEntry): void {
    if (this.#readers.size === 0) return;
    const users = this.#usersOf(replica, entry);
    this.#turns.take(replica.state, users, () => this.#deliver(replica, entry));
  }

  #usersOf({ state }: WorkspaceReplica, { event }: RingEntry): ReadonlyArray<string> {
    const users = usersIn(state, event);
    if (event.type !== "channel.member_added") return users;
    const { channel_id: id, user_id: userId } = event.payload;
    // Whoever joins is told who is there.
    const here = [...this.#readers].some((reader) => reader.userId === userId);
    return here ? [...users, ...(state.channels.get(id)?.members ?? [])] : users;
  }

  #deliver(replica: WorkspaceReplica, entry: RingEntry): void {
    const { state } = replica;
    const { event } = entry;
    const translated = translate(state, event, this.#names);
    const view = { state, names: this.#names, serverName: this.#serverName };
    for (const reader of this.#readers) {
      if (event.version <= reader.version) continue;
      reader.version = event.version;
      if (!translated) continue;
      const messages = receive(reader, event, translated, view);
      if (messages.length > 0) reader.deliver(messages, entry);
    }
  }
}
