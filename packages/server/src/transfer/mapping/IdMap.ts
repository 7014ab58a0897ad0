import { trimOldest } from "@clickclack/eventsourcing/trimOldest";
import { BASE32 } from "@clickclack/protocol/Ids";
import { conversationId } from "@clickclack/workspace/direct/conversationId";
import { createHash } from "node:crypto";
import { mapIdentifiers } from "./textFields.ts";

const ID = /^([a-z]+)_([0-7][0-9a-hjkmnp-tv-z]{9})[0-9a-hjkmnp-tv-z]{16}$/;
/** Ids of people and of what opens their accounts do not belong to a workspace. */
const OF_PEOPLE = new Set(["usr", "acct", "ses", "btok", "ccb", "mgt"]);
/** Of an id that was mapped lately the outcome is remembered: an event repeats those of the ones before it. */
const REMEMBERED = 10_000;

export interface IdMapOptions {
  /** The exported workspace. */
  readonly workspaceId: string;
  /** Given where the workspace's own ids become new ones: names the deployment, so that each has its own. */
  readonly salt?: string;
  /** Exported accounts that are other accounts here. */
  readonly users?: ReadonlyMap<string, string>;
}

/**
 * Which ids an export's ids become. It follows from the ids alone, so that the same export comes to the same ids however
 * often it is read, and no table of them is kept. The part of an id that tells its time stays: ids sort as before.
 */
export class IdMap {
  readonly workspaceId: string;
  readonly #from: string;
  readonly #salt: string | undefined;
  readonly #users: ReadonlyMap<string, string>;
  /** Conversations are named after their members; known once the event was seen that opened them. */
  readonly #conversations = new Map<string, string>();
  readonly #fresh = new Map<string, string>();

  constructor({ workspaceId, salt, users = new Map() }: IdMapOptions) {
    this.#from = workspaceId;
    this.#salt = salt;
    this.#users = users;
    this.workspaceId = this.idOf(workspaceId);
  }

  /** Whether every id stays as it is. */
  get keepsAll(): boolean {
    return this.#salt === undefined && this.#users.size === 0;
  }

  readonly idOf = (id: string): string =>
    this.#users.get(id) ?? this.#conversations.get(id) ?? (this.#salt === undefined ? id : this.#newId(id));

  /** A document of the export with the ids that they become; what people wrote is never touched. */
  map<Value>(document: Value): Value {
    return this.keepsAll ? document : mapIdentifiers(document, this.idOf);
  }

  /** An event, likewise: those that open conversations tell what those are called. Events come in their order. */
  mapEvent<Event extends { readonly type: string; readonly payload: unknown }>(event: Event): Event {
    if (!this.keepsAll && event.type === "dm.created") this.#learn(event.payload as Opened);
    return this.map(event);
  }

  #learn({ direct_conversation_id: id, member_ids: members }: Opened): void {
    // One that got its name in another way keeps it, or gets a new one as everything does.
    if (conversationId(this.#from, members) !== id) return;
    this.#conversations.set(id, conversationId(this.workspaceId, members.map(this.idOf)));
  }

  #newId(id: string): string {
    const known = this.#fresh.get(id);
    if (known !== undefined) return known;
    const [, prefix, time] = ID.exec(id) ?? [];
    if (prefix === undefined || OF_PEOPLE.has(prefix)) return id;
    const digest = createHash("sha256").update(`${this.#salt} ${id}`).digest();
    const text = Array.from(digest.subarray(0, 16), (byte) => BASE32.charAt(byte & 31)).join("");
    const fresh = `${prefix}_${time}${text}`;
    this.#fresh.set(id, fresh);
    trimOldest(this.#fresh, REMEMBERED);
    return fresh;
  }
}

interface Opened {
  readonly direct_conversation_id: string;
  readonly member_ids: ReadonlyArray<string>;
}
