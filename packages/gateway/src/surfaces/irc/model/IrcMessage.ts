/** One message as all shapes of this surface tell it. */
export interface IrcMessage {
  /** A UUID; the same message has the same one for everybody. */
  readonly id: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly ts: string;
  /** IRC's word, or a numeric. */
  readonly command: string;
  /** A nick, or the server's name. */
  readonly from: string;
  /** A channel with its `#`, or a nick. */
  readonly to?: string;
  readonly params: ReadonlyArray<string>;
  /** Lines. */
  readonly body: ReadonlyArray<string>;
  readonly meta?: Readonly<Record<string, unknown>>;
  /** Tags of clients' own making, told over connections alone. */
  readonly tags?: Readonly<Record<string, string>>;
}

export const isNumeric = (command: string): boolean => /^\d{3}$/.test(command);
