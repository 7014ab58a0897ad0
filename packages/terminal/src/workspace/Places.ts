import type { Channel, DirectConversation } from "@clickclack/protocol/http/shapes";
import { safeName } from "../safeText.ts";
import type { People } from "./People.ts";
import type { ReadMarks } from "./ReadMarks.ts";
import type { Remote } from "./Remote.ts";

/** A channel or direct conversation, and how far it was read. */
export interface Place {
  readonly id: string;
  readonly direct: boolean;
  /** As it is shown: a channel's name, or `@ada`, `@ada,bob`. */
  name: string;
  topic: string;
  isPrivate: boolean;
  archived: boolean;
  /** Whether it is among one's rooms. */
  joined: boolean;
  lastSeq: number;
  /** Of the newest message that was heard of as it happened. */
  heardSeq: number;
  readSeq: number;
  unread: number;
  mentions: number;
  /** Which of the marks of reading was its last. */
  markedAt: number;
  /** User ids, once they were asked for. */
  members: ReadonlyArray<string>;
  /** Of those who spoke here, the ones who are none of its members. */
  outsiders: ReadonlySet<string>;
  /** Whether its last messages were told. */
  visited: boolean;
}

type Found = Omit<Place, "visited" | "members" | "outsiders" | "markedAt" | "heardSeq"> & {
  readonly members?: ReadonlyArray<string>;
};

const ofChannel = (channel: Channel): Found => ({
  id: channel.id,
  direct: false,
  name: safeName(channel.name),
  topic: channel.display_title === undefined ? "" : safeName(channel.display_title),
  isPrivate: channel.kind === "private",
  archived: channel.archived_at !== undefined,
  // A server that does not tell lets one see what one is in.
  joined: channel.is_member ?? true,
  lastSeq: channel.last_seq,
  readSeq: channel.last_read_seq,
  unread: channel.unread_count,
  mentions: channel.mention_count ?? 0,
});

export interface PlacesOptions {
  readonly remote: Remote;
  readonly people: People;
  readonly marks: ReadMarks;
  readonly workspaceId: string;
  /** The reader's id. */
  readonly me: string;
}

/** The channels and conversations of a workspace that one sees. */
export class Places {
  readonly #remote: Remote;
  readonly #people: People;
  readonly #marks: ReadMarks;
  readonly #workspaceId: string;
  readonly #me: string;
  #places = new Map<string, Place>();

  constructor({ remote, people, marks, workspaceId, me }: PlacesOptions) {
    this.#remote = remote;
    this.#people = people;
    this.#marks = marks;
    this.#workspaceId = workspaceId;
    this.#me = me;
  }

  get all(): ReadonlyArray<Place> {
    return [...this.#places.values()];
  }

  /** One's rooms: channels first. */
  get joined(): ReadonlyArray<Place> {
    return this.all.filter(({ joined, archived }) => joined && !archived);
  }

  get(id: string): Place | undefined {
    return this.#places.get(id);
  }

  /** By name, with or without `#`. */
  find(typed: string): Place | undefined {
    const name = typed.replace(/^#/, "").toLowerCase();
    return this.all.find((place) => place.name.toLowerCase() === name);
  }

  async load(): Promise<void> {
    const workspace_id = this.#workspaceId;
    await this.#marks.settled();
    const since = this.#marks.count;
    const [{ channels }, { conversations }] = await this.#remote.keep(
      (api) =>
        Promise.all([
          api.listChannels({ params: { workspace_id } }),
          api.listConversations({ query: { workspace_id } }),
        ]),
      true,
    );
    const found = [...channels.map(ofChannel), ...conversations.map((one) => this.#ofConversation(one))];
    this.#places = new Map(found.map((one) => [one.id, this.#merged(one, since)]));
  }

  /** The conversation with these people, which is among one's rooms then. */
  async openConversation(memberIds: ReadonlyArray<string>): Promise<Place> {
    const body = { workspace_id: this.#workspaceId, member_ids: memberIds };
    const since = this.#marks.count;
    const { conversation } = await this.#remote.keep((api) => api.openConversation({ body }));
    const place = this.#merged(this.#ofConversation(conversation), since);
    this.#places.set(place.id, place);
    return place;
  }

  /** Who is in a channel. */
  async loadMembers(place: Place): Promise<void> {
    if (place.direct) return;
    const params = { channel_id: place.id };
    const { members } = await this.#remote.keep((api) => api.listChannelMembers({ params }), true);
    for (const member of members) this.#people.see(member);
    place.members = members.map(({ id }) => id);
    place.outsiders = new Set();
  }

  /** The same object for the same place, as others hold it. What was heard or read of it meanwhile is newer. */
  #merged(found: Found, since: number): Place {
    const known = this.#places.get(found.id);
    const { lastSeq: heardSeq } = found;
    if (!known) return { members: [], outsiders: new Set(), visited: false, markedAt: 0, heardSeq, ...found };
    const { lastSeq, readSeq, unread, mentions, markedAt } = known;
    const older = lastSeq > found.lastSeq || markedAt > since;
    return Object.assign(known, found, older && { lastSeq, readSeq, unread, mentions });
  }

  #ofConversation(one: DirectConversation): Found {
    const others = one.members.filter(({ id }) => id !== this.#me);
    const names = (others.length === 0 ? one.members : others).map((user) => this.#people.see(user));
    return {
      id: one.id,
      direct: true,
      name: `@${names.toSorted().join(",")}`,
      topic: "",
      isPrivate: true,
      archived: false,
      joined: true,
      lastSeq: one.last_seq,
      readSeq: one.last_read_seq,
      unread: one.unread_count,
      mentions: one.mention_count ?? 0,
      members: one.members.map(({ id }) => id),
    };
  }
}
