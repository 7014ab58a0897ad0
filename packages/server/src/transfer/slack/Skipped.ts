/** What of an export was left out, by the reason why. */
export class Skipped {
  readonly #counts = new Map<SkipReason, number>();

  add(reason: SkipReason): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }

  get counts(): { readonly [Reason in SkipReason]?: number } {
    return Object.fromEntries([...this.#counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
}

export type SkipReason =
  /** Joining, leaving, renaming and what else Slack notes in a channel. */
  | "notices"
  /** Messages that were deleted. */
  | "tombstones"
  | "empty_messages"
  | "messages_without_sender"
  /** A message that is there already, or stands before one that it follows. */
  | "repeated_messages"
  | "messages_without_time"
  /** Conversations of nobody, or of more people than one has here. */
  | "conversations"
  | "unknown_members"
  | "reactions"
  | "pins";
