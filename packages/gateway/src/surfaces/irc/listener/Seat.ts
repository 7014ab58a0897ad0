import { canSeeChannel } from "@clickclack/workspace/access";
import type { WorkspaceReplica } from "../../../replica/WorkspaceReplica.ts";
import { newId } from "@clickclack/protocol/Ids";
import type { RingEntry } from "../../../replica/EventRing.ts";
import type { IrcSurfaceParts } from "../IrcSurfaceParts.ts";
import { channelName } from "../../../rooms/channelName.ts";
import { membersOf, nameReplies, topicReplies } from "../model/channelReplies.ts";
import type { IrcMessage } from "../model/IrcMessage.ts";
import { uuidOf } from "../model/messageIds.ts";
import { replyMessage } from "../model/numerics.ts";
import type { LiveReader } from "../queue/LiveReaders.ts";
import type { Opened } from "../sessions/Sessions.ts";
import { welcome } from "./welcome.ts";

export interface SeatOptions {
  readonly correlationId: string;
  readonly write: (message: IrcMessage) => void;
  readonly deliver: (messages: ReadonlyArray<IrcMessage>, entry: RingEntry) => void;
}

/** A registered connection's place among those who are told of what happens. */
export class Seat {
  readonly userId: string;
  readonly clientId: string;
  readonly #parts: IrcSurfaceParts;
  readonly #reader: LiveReader;
  readonly #replica: WorkspaceReplica;
  #nick: string;
  #left = false;

  private constructor(parts: IrcSurfaceParts, opened: Opened, replica: WorkspaceReplica, reader: LiveReader) {
    this.#parts = parts;
    this.#replica = replica;
    this.userId = opened.accountId;
    this.clientId = opened.clientId;
    this.#nick = opened.nick;
    this.#reader = reader;
  }

  get nick(): string {
    return this.#nick;
  }

  /** Whether it is told right now of what is said in a channel or conversation. */
  hears(channelId: string): boolean {
    const { state } = this.#replica;
    if (!canSeeChannel(state, this.userId, channelId)) return false;
    return state.channels.get(channelId)?.kind === "direct" || this.#reader.joined.has(channelId);
  }

  /** Greets, and tells of whatever happens from then on. Whose session is in channels already finds itself in them. */
  static async take(parts: IrcSurfaceParts, opened: Opened, options: SeatOptions): Promise<Seat> {
    const { accountId: userId, nick, clientId } = opened;
    const { context, membership, settings, names, readers } = parts;
    const account = await context.services.directory.findCurrent(userId);
    const replica = await membership.replicaOf(userId);
    const caller = { account: account! };
    const actor = { caller, clientId, replica, correlationId: options.correlationId };
    for (const one of await welcome(parts, actor, nick))
      options.write(replyMessage(settings.serverName, nick, one));
    const { state } = replica;
    const channels = () =>
      [...state.channels.values()].filter(({ kind, members }) => kind !== "direct" && members.has(userId));
    for (const channel of channels()) await names.ensure(state, membersOf({ state, channel, names }));
    // From here to being added nothing is awaited: what happens now is told, what happened before is in the lists.
    const here = channels();
    const seat: Seat = new Seat(parts, opened, replica, {
      userId,
      joined: new Set(here.map(({ id }) => id)),
      version: replica.version,
      deliver: (messages, entry) => {
        const { event } = entry;
        const renamed = event.type === "member.nick_changed" && event.payload.user_id === userId;
        options.deliver(messages, entry);
        if (renamed) seat.#nick = event.payload.nick;
      },
    });
    for (const channel of here) {
      const name = channelName(channel);
      const join = { command: "JOIN", from: nick, to: name, params: [name], body: [] };
      options.write({ ...join, id: uuidOf(newId("eph")), ts: new Date().toISOString() });
      const [topic] = topicReplies(settings.serverName, { state, channel, names });
      const told = topic?.command === "332" ? [topic] : [];
      for (const one of [...told, ...nameReplies({ state, channel, names })])
        options.write(replyMessage(settings.serverName, nick, one));
    }
    readers.add(seat.#reader);
    context.presence.change(replica.id, userId, true);
    return seat;
  }

  /** Calling it again changes nothing. */
  leave(): void {
    if (this.#left) return;
    this.#left = true;
    this.#parts.context.presence.change(this.#replica.id, this.userId, false);
    this.#parts.readers.remove(this.#reader);
  }
}
