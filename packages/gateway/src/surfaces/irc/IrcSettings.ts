import type { Allowance } from "@clickclack/eventsourcing/Throttle";

/** An address to listen on. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** How this gateway speaks IRC. */
export interface IrcSettings {
  /** Name of this process, the same after each start. */
  readonly node: string;
  readonly serverName: string;
  readonly version: string;
  /** Lines of the message of the day; none when there is no such message. */
  readonly motd: ReadonlyArray<string>;
  /** A client that asks for nothing this long is gone. */
  readonly sessionIdleMs: number;
  /** Messages of one channel or conversation that can be read back; the rest counts as rotated away. */
  readonly maxHistory: number;
  /** Characters of one message. */
  readonly maxMessageSize: number;
  /** What a client did not fetch this long is not kept for it. */
  readonly queueMaxAgeMs: number;
  /** Leading zero bits that a proof of work needs; 0 asks for none. */
  readonly hashcashBits: number;
  /** Sign-ins of one address. */
  readonly loginRate: Allowance;
  /** Where IRC clients connect; nowhere when absent. */
  readonly listen?: ListenAddress;
  readonly tls?: ListenAddress & { readonly cert: string; readonly key: string };
  /** Commands of one connection; unlimited when absent. */
  readonly floodLimit?: Allowance;
  /** Id of the workspace that is this server; undefined while there is none. */
  readonly workspace: () => Promise<string | undefined>;
  /** Whether anybody may register. */
  readonly open: () => boolean;
}
