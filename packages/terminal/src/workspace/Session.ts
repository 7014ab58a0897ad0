import type { Me, Message, Workspace } from "@clickclack/protocol/http/shapes";
import type { Live, LiveState } from "@clickclack/sdk/Live";
import type { ChatEvent } from "../chat/Chat.ts";
import { placeName } from "../format/placeName.ts";
import { applyEvent } from "./applyEvent.ts";
import { describeMessage, type Telling } from "./describeMessage.ts";
import { Feed } from "./Feed.ts";
import { MessageReads } from "./MessageReads.ts";
import type { OpenThread } from "./OpenThread.ts";
import { People } from "./People.ts";
import { type Place, Places } from "./Places.ts";
import { ReadMarks } from "./ReadMarks.ts";
import { refusalOf } from "./Refusal.ts";
import { ChatEnded, type Remote } from "./Remote.ts";
import { Shown } from "./Shown.ts";

/** Messages that are shown of a room on entering it. */
const HISTORY = 20;
/** Messages that are told at once after events were lost; older ones are asked for by /history. */
const CAUGHT_UP = 200;

/** What a session tells the chat that it is part of. */
export interface SessionHost {
  readonly remote: Remote;
  /** Whose chat it is; the name may change. */
  readonly me: () => Me;
  readonly tell: (event: ChatEvent) => void;
  /** Whether a message was typed here. */
  readonly isOwn: (nonce: string) => boolean;
  readonly onLiveState: (state: LiveState, workspace: Workspace) => void;
}

/** One workspace, open: its rooms, who is there, and whatever happens in it. */
export class Session {
  readonly host: SessionHost;
  readonly workspace: Workspace;
  readonly remote: Remote;
  readonly people: People;
  readonly places: Places;
  readonly reads: MessageReads;
  readonly shown = new Shown();
  readonly feed: Feed;
  readonly marks: ReadMarks;
  /** What is told now was said while the connection was away. */
  missing = false;
  place: Place | undefined;
  thread: OpenThread | undefined;
  #live: Live | undefined;
  #name: string;
  #begun = false;

  constructor(host: SessionHost, workspace: Workspace) {
    this.host = host;
    this.workspace = workspace;
    this.#name = workspace.name;
    this.remote = host.remote;
    this.people = new People(this.remote, workspace.id);
    this.people.see(host.me());
    const { remote, people } = this;
    this.marks = new ReadMarks(remote);
    this.places = new Places({
      remote,
      people,
      marks: this.marks,
      workspaceId: workspace.id,
      me: host.me().id,
    });
    this.reads = new MessageReads(remote);
    this.feed = new Feed({
      onEvent: (event) => applyEvent(this, event),
      onOverflow: () => this.#catchUp(),
      onFailure: (error) => {
        if (!(error instanceof ChatEnded)) this.tell({ _tag: "error", ...refusalOf(error) });
      },
    });
  }

  get name(): string {
    return this.#name;
  }

  set name(name: string) {
    this.#name = name;
  }

  tell(event: ChatEvent): void {
    this.host.tell(event);
  }

  /** Reads where things stand, chooses a room, and listens from there on. Resolves once its first messages were told. */
  async start(wanted: (places: Places) => Promise<Place | undefined>): Promise<void> {
    const query = { workspace_id: this.workspace.id, include_tail: "true", limit: 1 } as const;
    const { tail_cursor: after } = await this.remote.keep((api) => api.listEvents({ query }), true);
    await this.places.load();
    await this.people.loadPresence();
    this.place = await wanted(this.places);
    const { promise: started, resolve } = Promise.withResolvers<void>();
    this.#live = this.remote.sdk.watch(this.workspace.id, {
      ...(after !== undefined && { after }),
      onEvent: (event) => this.feed.push(event),
      onState: (state) => this.#onLiveState(state),
      onCaughtUp: () =>
        this.feed.afterwards(async () => {
          this.missing = false;
          this.remote.online = true;
          resolve();
        }),
      onResync: () => this.feed.afterwards(() => this.#catchUp()),
    });
    return started;
  }

  close(): void {
    this.#live?.close();
    this.feed.close();
  }

  /** Resolves when whatever the server did until now was told, if there is a connection. */
  async settled(): Promise<void> {
    if (await this.#live?.barrier()) await this.feed.idle();
  }

  /** Makes a room current. */
  async enter(place: Place): Promise<void> {
    if (place !== this.place) this.thread = undefined;
    this.place = place;
    if (!place.visited) {
      await this.places.loadMembers(place);
      this.tell({ _tag: "place" });
      place.visited = true;
      this.tellPage(await this.reads.page(place, { limit: HISTORY }), place);
    } else this.tell({ _tag: "place" });
    this.marks.read(place);
  }

  /** Tells messages of a page that were not told yet, or `again` all of them. */
  tellPage(
    messages: ReadonlyArray<Message>,
    place: Place,
    { again = false, missed = false }: { readonly again?: boolean; readonly missed?: boolean } = {},
  ): void {
    for (const message of messages) {
      if (message.deleted_at !== undefined || (!again && this.shown.has(message.id))) continue;
      this.tellMessage(message, { room: place.name, missed, history: !missed });
    }
  }

  tellMessage(message: Message, telling: Telling): void {
    this.#remember(message);
    this.tell({ _tag: "message", message: describeMessage(message, telling, this.#looks) });
  }

  /** What a search found. It counts as not told: its room's own order is kept for whoever goes there. */
  tellFound(message: Message, room: string): void {
    const telling = { room, history: true, found: true };
    this.tell({ _tag: "message", message: describeMessage(message, telling, this.#looks) });
  }

  /** A message that was told is another now. */
  tellChanged(message: Message, place: Place): void {
    this.#remember(message);
    this.tell({ _tag: "changed", message: this.describe(message, place) });
  }

  describe(message: Message, place: Place) {
    return describeMessage(message, { room: place.name }, this.#looks);
  }

  #remember(message: Message): void {
    const { id, created_at: ts, author_id: authorId, thread_root_id: root, thread_state: thread } = message;
    const placeId = message.channel_id ?? message.direct_conversation_id ?? "";
    const replies = thread?.reply_count ?? 0;
    this.shown.add({ id, ts, placeId, authorId, replies, ...(root !== id && { rootId: root }) });
  }

  get #looks() {
    return { people: this.people, url: this.remote.sdk.url };
  }

  #onLiveState(state: LiveState): void {
    if (state._tag !== "live") {
      this.remote.online = false;
      return this.host.onLiveState(state, this.workspace);
    }
    const again = this.#begun;
    this.#begun = true;
    this.feed.afterwards(async () => {
      this.host.onLiveState(state, this.workspace);
      this.missing = again;
      if (again) await this.reload();
      this.tell({ _tag: "place" });
      if (!again && this.place) await this.enter(this.place);
    });
  }

  /** Rooms and presence as they stand now: neither is told of whoever was away. */
  async reload(): Promise<void> {
    await this.places.load();
    await this.people.loadPresence();
    if (this.place) await this.places.loadMembers(this.place).catch(ignoreRefusal);
    await this.requirePlace();
  }

  /** Goes elsewhere if the current room is none of one's own any more. */
  async requirePlace(): Promise<void> {
    const { place } = this;
    if (place && this.places.get(place.id) && place.joined && !place.archived) return;
    const [other] = this.places.joined;
    const text = place && `you are not in ${placeName(place.name)} any more`;
    if (text !== undefined) this.tell({ _tag: "notice", text, ...(other && { room: other.name }) });
    if (other) await this.enter(other);
    else {
      this.place = undefined;
      this.thread = undefined;
      this.tell({ _tag: "place" });
    }
  }

  /** Events were lost: what was said in the current room is read, and the counts of the others are what they are. */
  async #catchUp(): Promise<void> {
    const { place } = this;
    const from = place?.heardSeq ?? 0;
    const text =
      "too much happened to be told: what is new here follows, and /history shows what was said elsewhere";
    this.tell({ _tag: "notice", text });
    await this.reload();
    for (const one of this.places.all) one.heardSeq = one.lastSeq;
    if (!place || place !== this.place) return;
    const page = await this.reads.page(place, { limit: CAUGHT_UP });
    const news = page.filter(({ channel_seq = 0 }) => channel_seq > from);
    this.tellPage(news, place, { missed: true });
    this.marks.read(place);
    this.tell({ _tag: "place" });
  }
}

/** Who is in a room that one may not see any more need not be known. */
const ignoreRefusal = (error: unknown): void => {
  if (error instanceof ChatEnded) throw error;
};
