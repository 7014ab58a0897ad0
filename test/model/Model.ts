import type { Text } from "./Action.ts";
import type { Role } from "@clickclack/protocol/events/WorkspaceEvents";

export interface ModelMember {
  readonly role: Role;
  readonly blocked: boolean;
}

export interface ModelPlace {
  readonly id: string;
  readonly kind: "public" | "private" | "direct";
  readonly createdBy: string;
  readonly createdAt: string;
  name: string;
  archived: boolean;
  readonly members: Set<string>;
  /** Messages that are no replies; the first has the number 1. */
  readonly roots: Array<string>;
  /** Oldest pin first. */
  pins: ReadonlyArray<string>;
}

export interface ModelMessage {
  readonly id: string;
  readonly author: string;
  readonly place: string;
  /** Its own id unless it is a reply. */
  readonly root: string;
  /** Its number among the roots of its place, or among the replies to its root. */
  readonly seq: number;
  readonly createdAt: string;
  versions: ReadonlyArray<string>;
  editedAt?: string;
  deletedAt?: string;
  /** Who is called by name, and could see it when it was written so. */
  calls: ReadonlySet<string>;
  callsEverybody: boolean;
  readonly replies: Array<string>;
  lastReplyAt?: string;
  /** By emoji, who reacted and when. */
  readonly reactions: Map<string, Map<string, string>>;
}

/** What one person has in one place. */
export interface ModelPersonal {
  readSeq: number;
  hiddenSeq?: number;
  draft?: { readonly body: string; readonly updatedAt: string };
}

/** An event as clients hear of it: what it is about, in one line. */
export interface ModelEvent {
  readonly version: number;
  /** Where it happened; the whole workspace when absent. */
  readonly place?: string;
  /** Which member it is about, where it is about one. */
  readonly about?: string;
  readonly digest: string;
}

/** How somebody stands to the workspace. */
export type Standing = "member" | "blocked" | "stranger";

/**
 * A workspace as its users understand it, in memory and without a clock: what the server tells is held against this.
 * It shares no code with the server.
 */
export class Model {
  /** Handles by user id. */
  readonly handles: ReadonlyMap<string, string>;
  readonly members = new Map<string, ModelMember>();
  readonly places = new Map<string, ModelPlace>();
  readonly messages = new Map<string, ModelMessage>();
  /** What was posted with a nonce, by author and nonce. */
  readonly nonces = new Map<string, { readonly id: string; readonly place: string; readonly body: string }>();
  readonly events: Array<ModelEvent> = [];
  readonly #personal = new Map<string, ModelPersonal>();

  constructor(handles: ReadonlyMap<string, string>) {
    this.handles = handles;
  }

  /** A text as it is sent. */
  bodyOf({ words, calls, audience }: Text): string {
    const called = [...calls.map((user) => this.handles.get(user)!), ...(audience ? [audience] : [])];
    return [words, ...called.map((name) => `@${name}`)].join(" ");
  }

  standing(user: string): Standing {
    const member = this.members.get(user);
    if (!member) return "stranger";
    return member.blocked ? "blocked" : "member";
  }

  sees(user: string, placeId: string | undefined): boolean {
    if (this.standing(user) !== "member") return false;
    if (placeId === undefined) return true;
    const place = this.places.get(placeId);
    if (!place) return false;
    return place.members.has(user) || (place.kind === "public" && this.members.get(user)!.role !== "guest");
  }

  /** Guests know themselves and those who are in a place with them; the others know everybody. */
  knows(user: string, other: string): boolean {
    if (user === other || this.members.get(user)?.role !== "guest") return true;
    return [...this.places.values()].some(({ members }) => members.has(user) && members.has(other));
  }

  /** Whether somebody may be told of an event today. */
  hears(user: string, { place, about }: Pick<ModelEvent, "place" | "about">): boolean {
    return this.sees(user, place) && (about === undefined || this.knows(user, about));
  }

  /** Whether somebody is left to talk to; always so in a channel, and in a conversation with oneself. */
  hasCompany(user: string, { kind, members }: ModelPlace): boolean {
    if (kind !== "direct" || members.size === 1) return true;
    return [...members].some((other) => other !== user && this.standing(other) === "member");
  }

  personal(user: string, placeId: string): ModelPersonal {
    const key = `${user} ${placeId}`;
    const known = this.#personal.get(key) ?? { readSeq: 0 };
    this.#personal.set(key, known);
    return known;
  }

  /** Roots of others that stand after what this user has read. */
  unread(user: string, place: ModelPlace): ReadonlyArray<ModelMessage> {
    return place.roots
      .slice(this.personal(user, place.id).readSeq)
      .map((id) => this.messages.get(id)!)
      .filter(({ author, deletedAt }) => author !== user && deletedAt === undefined);
  }

  calls(user: string, message: ModelMessage): boolean {
    if (message.author === user || message.deletedAt !== undefined) return false;
    return message.callsEverybody || message.calls.has(user);
  }

  /** The authors of the newest replies, newest first, each once, three at most; deletions change nothing of it. */
  lastRepliers(root: ModelMessage): ReadonlyArray<string> {
    const authors = root.replies.toReversed().map((id) => this.messages.get(id)!.author);
    return [...new Set(authors)].slice(0, 3);
  }

  liveReplies(root: ModelMessage): number {
    return root.replies.filter((id) => this.messages.get(id)!.deletedAt === undefined).length;
  }
}
