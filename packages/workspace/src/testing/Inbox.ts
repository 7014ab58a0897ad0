import type { PersonalState } from "@clickclack/protocol/events/PersonalEvents";
import type { WorkspaceEvent } from "@clickclack/protocol/events/WorkspaceEvents";
import type { ActivityType } from "@clickclack/protocol/http/ActivityGroup";

interface Said {
  readonly id: string;
  readonly rootId: string;
  readonly channelId: string;
  readonly authorId: string;
  /** In the channel, or in the thread. */
  readonly seq: number;
  readonly at: string;
  calls: ReadonlyArray<string>;
  /** Whom it ever named. */
  readonly named: Set<string>;
  deleted: boolean;
}

interface Reacted {
  readonly messageId: string;
  readonly userId: string;
  readonly emoji: string;
  readonly at: string;
}

/** An activity as it should be listed. */
export interface ExpectedActivity {
  readonly type: ActivityType;
  readonly at: string;
  readonly key: string;
  readonly unread: boolean;
}

type Personal = (scopeId: string) => PersonalState | undefined;

const newestFirst = <Key extends string>(key: Key) => {
  type Placed = { readonly at: string } & { readonly [K in Key]: string };
  return (a: Placed, b: Placed) => (a.at === b.at ? (a[key] < b[key] ? 1 : -1) : a.at < b.at ? 1 : -1);
};

/** What a person should find in its threads and its inbox, counted by hand from everything that happened. */
export class Inbox {
  readonly #said = new Map<string, Said>();
  readonly #reactions = new Map<string, Reacted>();
  readonly #userId: string;
  readonly #sees: (channelId: string) => boolean;
  readonly #personal: Personal;

  constructor(
    events: ReadonlyArray<WorkspaceEvent>,
    reader: {
      readonly userId: string;
      readonly sees: (channelId: string) => boolean;
      readonly personal: Personal;
    },
  ) {
    this.#userId = reader.userId;
    this.#sees = reader.sees;
    this.#personal = reader.personal;
    for (const event of events) this.#take(event);
  }

  #take(event: WorkspaceEvent): void {
    switch (event.type) {
      case "message.created":
      case "thread.reply_created": {
        const { message_id: id, author_id: authorId, mentioned_user_ids: users = [] } = event.payload;
        const reply = event.type === "thread.reply_created";
        const rootId = reply ? event.payload.root_message_id : id;
        const seq = reply ? event.payload.thread_seq : event.payload.channel_seq;
        const place = { id, rootId, channelId: event.channel_id!, authorId, seq, at: event.at };
        const calls = [...users, ...(event.payload.mentioned_audiences ?? [])];
        return void this.#said.set(id, { ...place, calls, named: new Set(users), deleted: false });
      }
      case "message.updated": {
        const message = this.#said.get(event.payload.message_id)!;
        const { mentioned_user_ids: users = [], mentioned_audiences: audiences = [] } = event.payload;
        message.calls = [...users, ...audiences];
        for (const user of users) message.named.add(user);
        return;
      }
      case "message.deleted":
        this.#said.get(event.payload.message_id)!.deleted = true;
        for (const [key, { messageId }] of this.#reactions)
          if (messageId === event.payload.message_id) this.#reactions.delete(key);
        return;
      case "reaction.added":
      case "reaction.removed": {
        const { message_id: messageId, user_id: userId, emoji } = event.payload;
        const key = `${messageId} ${userId} ${emoji}`;
        if (event.type === "reaction.removed") this.#reactions.delete(key);
        else this.#reactions.set(key, { messageId, userId, emoji, at: event.at });
        return;
      }
      default:
    }
  }

  #repliesTo(rootId: string): ReadonlyArray<Said> {
    return [...this.#said.values()].filter((one) => one.rootId === rootId && one.id !== rootId);
  }

  #calls({ calls }: Said): boolean {
    return calls.some((target) => [this.#userId, "channel", "here", "everyone"].includes(target));
  }

  /** The sequence number after which what is said in a thread concerns this person; undefined if it does not follow it. */
  #followsSince(root: Said): number | undefined {
    const replies = this.#repliesTo(root.id);
    const own = replies.filter(({ authorId }) => authorId === this.#userId).map(({ seq }) => seq);
    const reasons = [
      ...own,
      ...(root.authorId === this.#userId && replies.length > 0 ? [0] : []),
      ...[root, ...replies]
        .filter(({ named }) => named.has(this.#userId))
        .map(({ seq, id }) => (id === root.id ? 0 : seq - 1)),
    ];
    const chosen = this.#personal(root.id);
    if (chosen?.following === true) return Math.min(...reasons, chosen.followed_seq!);
    if (reasons.length === 0) return undefined;
    if (chosen?.following === undefined) return Math.min(...reasons);
    const again = own.some((seq) => seq > chosen.followed_seq!);
    return again ? Math.max(Math.min(...reasons), chosen.followed_seq!) : undefined;
  }

  /** Followed threads, newest reply first. */
  threads() {
    return [...this.#said.values()]
      .filter((one) => one.rootId === one.id && this.#sees(one.channelId))
      .flatMap((root) => {
        const replies = this.#repliesTo(root.id);
        const chosen = this.#personal(root.id);
        const listed = replies.some(({ deleted }) => !deleted) || (chosen?.following && !root.deleted);
        if (this.#followsSince(root) === undefined || !listed) return [];
        const last_read_seq = chosen?.last_read_seq ?? 0;
        const unread = replies.filter(
          ({ seq, deleted, authorId }) => seq > last_read_seq && !deleted && authorId !== this.#userId,
        );
        const at = replies.at(-1)?.at ?? root.at;
        const mention_count = unread.filter((one) => this.#calls(one)).length;
        return [{ id: root.id, at, last_read_seq, unread_count: unread.length, mention_count }];
      })
      .toSorted(newestFirst("id"));
  }

  /** What others did that concerns this person, newest first. */
  activity(mark: string): ReadonlyArray<ExpectedActivity> {
    const messages = [...this.#said.values()].flatMap((one): ReadonlyArray<ExpectedActivity> => {
      if (one.deleted || one.authorId === this.#userId || !this.#sees(one.channelId)) return [];
      const root = this.#said.get(one.rootId)!;
      const since = one === root ? undefined : this.#followsSince(root);
      const calls = this.#calls(one);
      if (!calls && !(since !== undefined && one.seq > since)) return [];
      const read = this.#personal(one === root ? one.channelId : root.id)?.last_read_seq ?? 0;
      const unread = one.at > mark && one.seq > read;
      return [{ type: calls ? "mention" : "thread_reply", at: one.at, key: one.id, unread }];
    });
    const reactions = [...this.#reactions].flatMap(([key, one]): ReadonlyArray<ExpectedActivity> => {
      const { authorId, channelId } = this.#said.get(one.messageId)!;
      const concerns = authorId === this.#userId && one.userId !== this.#userId && this.#sees(channelId);
      return concerns ? [{ type: "reaction", at: one.at, key, unread: one.at > mark }] : [];
    });
    return [...messages, ...reactions].toSorted(newestFirst("key"));
  }
}
