import type { Documents } from "@clickclack/eventsourcing/Documents";
import type { IrcMessage } from "../model/IrcMessage.ts";
import type { Shape } from "../model/jsonShapes.ts";

/** Somebody who is here over IRC, with one client or several. */
export interface SessionRecord {
  readonly nick: string;
  /** Whether the account was made here: it leaves the workspace when the session ends, and its nick is free then. */
  readonly mine: boolean;
  /** Whether one can sign in to it again. */
  readonly password: boolean;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly away?: string;
  /** Counts changes that nothing else shows, so that ending a session notices who came meanwhile. */
  readonly touched: number;
}

/** Something for a client that is not in the log; it gets its place when it is fetched first. */
export interface Extra {
  readonly place?: number;
  readonly message: IrcMessage;
}

/** One client of a session, and how far it has come. */
export interface ClientRecord {
  readonly kind: "http" | "tcp";
  /** Of a connection: the process that holds it, by the name of its data folder. */
  readonly node?: string;
  readonly shape: Shape;
  /** Whether its token was made for it, and ends with it. */
  readonly ownsToken: boolean;
  /** Everything up to this version was acknowledged, or is not for this client; and the channels it was in there. */
  readonly at: { readonly version: number; readonly seq: number; readonly joined: ReadonlyArray<string> };
  /** The place up to which everything was acknowledged. */
  readonly acked: number;
  readonly extras: ReadonlyArray<Extra>;
  /** The last place that an extra got. */
  readonly lastExtra: number;
  /** Milliseconds since 1970. */
  readonly lastSeen: number;
}

/** What is kept of IRC's sessions and clients, for all gateways. */
export type IrcRecords = Documents<SessionRecord | ClientRecord>;

export const sessionKey = (accountId: string) => ["session", accountId] as const;
export const clientKey = (accountId: string, clientId: string) => ["client", accountId, clientId] as const;
/** The prefix of the clients of an account. */
export const clientsKey = (accountId: string) => ["client", accountId] as const;

/** Messages that wait for a client besides the log; the oldest go beyond it, as nobody fetches them. */
const MAX_EXTRAS = 500;

export const withExtras = (record: ClientRecord, messages: ReadonlyArray<IrcMessage>): ClientRecord => ({
  ...record,
  extras: [...record.extras, ...messages.map((message) => ({ message }))].slice(-MAX_EXTRAS),
});
