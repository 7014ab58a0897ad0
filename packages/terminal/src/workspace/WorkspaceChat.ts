import type { Me, Workspace } from "@clickclack/protocol/http/shapes";
import { ClickClack } from "@clickclack/sdk/ClickClack";
import { ClickClackError } from "@clickclack/sdk/ClickClackError";
import type { LiveState } from "@clickclack/sdk/Live";
import { WebSocket as SmallWebSocket } from "ws";
import { Outbox, type OutboxLine } from "../chat/Outbox.ts";
import type {
  Chat,
  ChatEnding,
  ChatEvent,
  ChatPerson,
  ChatState,
  ChatThread,
  InputOutcome,
} from "../chat/Chat.ts";
import { smallFetch } from "../http/smallFetch.ts";
import { safeName, safeText } from "../safeText.ts";
import { carryOut } from "./carryOut.ts";
import { chooseRoom, requireRoom } from "./chooseRoom.ts";
import { OwnNonces } from "./OwnNonces.ts";
import { refusalOf } from "./Refusal.ts";
import { ChatEnded, isUnanswered, Remote } from "./Remote.ts";
import { Session } from "./Session.ts";
import { WORKSPACE_COMMANDS } from "./workspaceCommands.ts";

export interface WorkspaceChatOptions {
  /** `http://HOST:PORT`, or the same with `ws`. */
  readonly url: string;
  /** A session or access token. Without one a server in development mode takes one as its first user. */
  readonly token?: string;
  /** Slug or id; the first one that the person belongs to where it is absent. */
  readonly workspace?: string;
  /** Room to go to once connected: a channel, or `@somebody`. */
  readonly room?: string;
  /** Whether the chat ends if that room cannot be had: what is typed is meant for no other. */
  readonly onlyThatRoom?: boolean;
  /** How WebSockets are opened: by `ws`, as Node's own brings all of its HTTP client along, 13 MB. */
  readonly WebSocket?: typeof WebSocket;
}

/** Longer than the server's own bounds, which end in an answer that says more. */
const ANSWERED_WITHIN_MS = 20_000;
/** Typing is told of this often at the most. */
const TYPING_EVERY_MS = 3_000;

const addressOf = (url: string): string =>
  url
    .replace(/^ws/, "http")
    .replace(/\/+$/, "")
    .replace(/\/terminal$/, "");

/**
 * The chat of a signed-in person in the workspaces that they belong to. A lost connection comes back by itself; what was
 * said meanwhile is told once, and what was typed meanwhile is sent then, once each.
 */
export class WorkspaceChat implements Chat {
  readonly commands = WORKSPACE_COMMANDS;
  readonly #options: WorkspaceChatOptions;
  readonly #url: string;
  readonly #sdk: ClickClack;
  readonly #remote: Remote;
  readonly #closing = new AbortController();
  readonly #outbox = new Outbox();
  readonly #nonces = new OwnNonces();
  readonly #listeners: Array<(event: ChatEvent) => void> = [];
  /** By workspace, the room that was current when it was left. */
  readonly #lastRooms = new Map<string, string>();
  #me: Me | undefined;
  #session: Session | undefined;
  #state: ChatState = { _tag: "connecting" };
  #connected = false;
  #typedAt = 0;
  /** Lines are carried out one after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: WorkspaceChatOptions) {
    this.#options = options;
    this.#url = addressOf(options.url);
    const { token } = options;
    this.#sdk = new ClickClack({
      url: this.#url,
      ...(token !== undefined && { token }),
      // It does what of a browser's is used here.
      WebSocket: options.WebSocket ?? (SmallWebSocket as unknown as typeof WebSocket),
      fetch: (address, request) =>
        smallFetch(address, { ...request, signal: this.#closing.signal, withinMs: ANSWERED_WITHIN_MS }),
    });
    this.#remote = new Remote(this.#sdk, (error) => this.#end("refused", reasonOf(error)));
  }

  get username(): string {
    return this.#me === undefined ? "" : safeName(this.#me.handle);
  }

  get rooms(): ReadonlyArray<string> {
    return this.#session?.places.joined.map(({ name }) => name) ?? [];
  }

  get room(): string {
    return this.#session?.place?.name ?? "";
  }

  get state(): ChatState {
    return this.#state;
  }

  get place(): string | undefined {
    return this.#session && safeName(this.#session.name);
  }

  get thread(): ChatThread | undefined {
    return this.#session?.thread;
  }

  get pending(): number {
    return this.#outbox.size;
  }

  topicOf(room: string): string {
    return this.#session?.places.find(room)?.topic ?? "";
  }

  peopleIn(room: string): ReadonlyArray<ChatPerson> {
    const session = this.#session;
    return (session?.places.find(room)?.members ?? []).flatMap((id) => {
      const username = session!.people.nameOf(id);
      return username === undefined ? [] : [{ username, online: session!.people.isOnline(id) }];
    });
  }

  unreadIn(room: string): { readonly messages: number; readonly mentions: number } {
    const place = this.#session?.places.find(room);
    return { messages: place?.unread ?? 0, mentions: place?.mentions ?? 0 };
  }

  open(): void {
    this.#tellState({ _tag: "connecting" });
    void this.#begin().catch((error: unknown) => {
      if (!(error instanceof ChatEnded)) this.#end("refused", reasonOf(error));
    });
  }

  onEvent(listener: (event: ChatEvent) => void): void {
    this.#listeners.push(listener);
  }

  input(text: string): Promise<InputOutcome> {
    const added = this.#state._tag === "ended" ? undefined : this.#outbox.add(text);
    if (!added) {
      this.#tellNotSent(text);
      return Promise.resolve("lost");
    }
    this.#nonces.add(added.line.id);
    this.#turn = this.#turn.then(() => this.#carryOut(added.line));
    return added.outcome;
  }

  typing(): void {
    const { place, workspace } = this.#session ?? {};
    const now = Date.now();
    if (!place || !workspace || !this.#remote.isOnline || now - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = now;
    const target = place.direct ? { direct_conversation_id: place.id } : { channel_id: place.id };
    const body = { workspace_id: workspace.id, type: "typing.started", ...target } as const;
    // Nobody misses it.
    this.#sdk.api.sendEphemeral({ body }).catch(() => undefined);
  }

  close(): void {
    this.#end("quit", "goodbye");
  }

  async #begin(): Promise<void> {
    try {
      this.#me = (await this.#sdk.api.getMe()).user;
    } catch (error) {
      return this.#end(
        isUnanswered(error) || isStranger(error) ? "unreachable" : "refused",
        this.#problem(error),
      );
    }
    const workspaces = await this.#workspaces();
    const { workspace: wanted, room } = this.#options;
    const [first] = workspaces;
    const chosen =
      wanted === undefined
        ? first
        : workspaces.find(({ id, slug }) => id === wanted || slug === wanted.toLowerCase());
    if (!chosen) return this.#end("refused", noWorkspace(wanted, workspaces));
    await this.#enter(chosen, room);
  }

  async #workspaces(): Promise<ReadonlyArray<Workspace>> {
    return (await this.#remote.keep((api) => api.listWorkspaces(), true)).workspaces;
  }

  async #enter(workspace: Workspace, room?: string): Promise<void> {
    const before = this.#session;
    if (before?.place) this.#lastRooms.set(before.workspace.id, before.place.name);
    const session = new Session(
      {
        remote: this.#remote,
        me: () => this.#me!,
        tell: (event) => {
          if (this.#session === session) this.#tell(event);
        },
        isOwn: (nonce) => this.#nonces.has(nonce),
        onLiveState: (state) => {
          if (this.#session === session) this.#onLiveState(state, session);
        },
      },
      workspace,
    );
    this.#session = session;
    before?.close();
    this.#remote.online = false;
    this.#connected = false;
    const only = room !== undefined && this.#options.onlyThatRoom === true;
    await session.start(() =>
      only ? requireRoom(session, room) : chooseRoom(session, room ?? this.#lastRooms.get(workspace.id)),
    );
  }

  #onLiveState(state: LiveState, session: Session): void {
    switch (state._tag) {
      case "connecting":
        return this.#tellState(state);
      case "waiting":
        return this.#tellState(state);
      case "live":
        this.#tellState({ _tag: "connected", again: this.#connected });
        this.#connected = true;
        return;
      case "closed":
        return this.#end("refused", whyClosed(state, session));
    }
  }

  async #carryOut({ id, text }: OutboxLine): Promise<void> {
    try {
      await this.#remote.whenOnline();
      await carryOut(this.#contextOf(id), text);
      await this.#session?.settled();
      this.#outbox.settle(id, "done");
    } catch (error) {
      if (error instanceof ChatEnded) return;
      this.#tell({ _tag: "error", ...refusalOf(error) });
      this.#outbox.settle(id, "refused");
    }
  }

  #contextOf(nonce: string) {
    return {
      session: this.#session!,
      nonce,
      workspaces: () => this.#workspaces(),
      switchTo: (workspace: Workspace) => this.#enter(workspace),
      rename: async (handle: string) => {
        this.#me = (await this.#remote.keep((api) => api.updateMe({ body: { handle } }))).user;
        this.#session?.people.see(this.#me);
        this.#tell({ _tag: "place" });
      },
      quit: () => {
        this.#outbox.settle(nonce, "done");
        this.close();
      },
    };
  }

  #problem(error: unknown): string {
    if (isUnanswered(error)) return `no server answers at ${this.#url}`;
    if (isStranger(error)) return `what answers at ${this.#url} is no ClickClack server`;
    return reasonOf(error);
  }

  #end(ending: ChatEnding, reason: string): void {
    if (this.#state._tag === "ended") return;
    this.#state = { _tag: "ended", reason, ending };
    this.#remote.end();
    this.#session?.close();
    this.#closing.abort();
    for (const { text } of this.#outbox.abandon()) this.#tellNotSent(text);
    this.#tell({ _tag: "state", state: this.#state });
  }

  #tellNotSent(text: string): void {
    this.#tell({ _tag: "error", code: "not_sent", text: `not sent: ${safeText(text)}` });
  }

  #tellState(state: ChatState): void {
    if (this.#state._tag === "ended") return;
    this.#state = state;
    this.#tell({ _tag: "state", state });
  }

  #tell(event: ChatEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/** Something answers, but not as a ClickClack server does. */
const isStranger = (error: unknown): boolean =>
  error instanceof ClickClackError && error.code === "unreadable";

const reasonOf = (error: unknown): string => {
  const { text, code } = refusalOf(error);
  return code === "unauthenticated" ? `you are not signed in any more: ${text}` : text;
};

const whyClosed = ({ reason, refusal }: Extract<LiveState, { _tag: "closed" }>, session: Session): string => {
  if (refusal?.status === 401) return reasonOf(refusal);
  if (refusal) return `you do not belong to ${safeName(session.name)} any more`;
  return safeText(reason);
};

const noWorkspace = (wanted: string | undefined, all: ReadonlyArray<Workspace>): string => {
  if (wanted === undefined) return "you belong to no workspace";
  const yours = all.map(({ slug }) => safeName(slug)).join(", ");
  return `you belong to no workspace ${safeName(wanted)}${yours === "" ? "" : `; yours are: ${yours}`}`;
};
