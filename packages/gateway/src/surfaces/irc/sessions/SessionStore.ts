import { changeDocument, type Documents } from "@clickclack/eventsourcing/Documents";
import type { IrcMessage } from "../model/IrcMessage.ts";
import {
  type ClientRecord,
  clientKey,
  clientsKey,
  type IrcRecords,
  type SessionRecord,
  sessionKey,
  withExtras,
} from "./records.ts";

const COUNT_FOR_MS = 1_000;
const NOT_COUNTED = { at: 0, count: Promise.resolve(0) };

/** What is kept of IRC's sessions and clients. Methods throw StoreUnavailable. */
export class SessionStore {
  readonly #sessions: Documents<SessionRecord>;
  readonly #clients: Documents<ClientRecord>;
  #counted: { readonly at: number; readonly count: Promise<number> } = NOT_COUNTED;

  constructor(records: IrcRecords) {
    this.#sessions = records as Documents<SessionRecord>;
    this.#clients = records as Documents<ClientRecord>;
  }

  async session(accountId: string): Promise<SessionRecord | undefined> {
    return (await this.#sessions.read(sessionKey(accountId)))?.value;
  }

  async client(accountId: string, clientId: string): Promise<ClientRecord | undefined> {
    return (await this.#clients.read(clientKey(accountId, clientId)))?.value;
  }

  /** Opens a session, or changes the one that is there. True when it is a new one. */
  async putSession(
    accountId: string,
    fresh: SessionRecord,
    change: (current: SessionRecord) => SessionRecord = (current) => current,
  ): Promise<boolean> {
    for (;;) {
      const current = await this.#sessions.read(sessionKey(accountId));
      const next = current ? { ...change(current.value), touched: current.value.touched + 1 } : fresh;
      const written = await this.#sessions.write(sessionKey(accountId), next, current?.revision ?? 0);
      if (written !== undefined) return !current;
    }
  }

  async changeSession(accountId: string, change: (current: SessionRecord) => SessionRecord): Promise<void> {
    await changeDocument(this.#sessions, sessionKey(accountId), change);
  }

  async putClient(accountId: string, clientId: string, client: ClientRecord): Promise<void> {
    await this.#clients.write(clientKey(accountId, clientId), client, 0);
  }

  /** Notes that a client is still there. */
  async touch(accountId: string, clientId: string): Promise<void> {
    await changeDocument(this.#clients, clientKey(accountId, clientId), (client) => ({
      ...client,
      lastSeen: Date.now(),
    }));
  }

  /** Puts messages that are not in the log into a client's queue. */
  async queue(accountId: string, clientId: string, messages: ReadonlyArray<IrcMessage>): Promise<void> {
    await changeDocument(this.#clients, clientKey(accountId, clientId), (client) =>
      withExtras(client, messages),
    );
  }

  /** Takes a client away; undefined when it is gone already, or `unless` holds for it by then. */
  async removeClient(
    accountId: string,
    clientId: string,
    unless: (client: ClientRecord) => boolean = () => false,
  ): Promise<ClientRecord | undefined> {
    for (;;) {
      const current = await this.#clients.read(clientKey(accountId, clientId));
      if (!current || unless(current.value)) return undefined;
      if (await this.#clients.remove(clientKey(accountId, clientId), current.revision)) return current.value;
    }
  }

  /** Ends a session that has no client; undefined when it has one, or somebody else ended it. */
  async removeEmptySession(accountId: string): Promise<SessionRecord | undefined> {
    for (;;) {
      const current = await this.#sessions.read(sessionKey(accountId));
      if (!current) return undefined;
      // Read before the clients are counted: whoever comes meanwhile changes it, and the removal fails.
      if ((await this.#clients.keys(clientsKey(accountId))).length > 0) return undefined;
      if (await this.#sessions.remove(sessionKey(accountId), current.revision)) return current.value;
    }
  }

  /** Accounts that have a session. */
  async sessions(): Promise<ReadonlyArray<string>> {
    return (await this.#sessions.keys(["session"])).map((key) => key[1]!);
  }

  /** How many sessions there are, or were a moment ago: a crowd that comes at once counts them once. */
  async sessionCount(): Promise<number> {
    if (Date.now() - this.#counted.at > COUNT_FOR_MS)
      this.#counted = { at: Date.now(), count: this.sessions().then(({ length }) => length) };
    return this.#counted.count.catch((error: unknown) => {
      this.#counted = NOT_COUNTED;
      throw error;
    });
  }

  /** All clients, as pairs of account and client. */
  async clients(): Promise<ReadonlyArray<{ readonly accountId: string; readonly clientId: string }>> {
    const keys = await this.#clients.keys(["client"]);
    return keys.map((key) => ({ accountId: key[1]!, clientId: key[2]! }));
  }

  async clientsOf(accountId: string): Promise<ReadonlyArray<string>> {
    return (await this.#clients.keys(clientsKey(accountId))).map((key) => key[2]!);
  }
}
