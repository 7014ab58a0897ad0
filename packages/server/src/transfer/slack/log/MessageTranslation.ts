import type { Progress } from "../../Progress.ts";
import { listAt, textAt, textsAt } from "../archive/fields.ts";
import { noticeOf } from "../archive/noticeOf.ts";
import type { SlackMessage } from "../archive/SlackArchive.ts";
import { slackTime, sortableTime } from "../archive/slackTime.ts";
import type { Person } from "../people/People.ts";
import { senderOf } from "../people/senderOf.ts";
import { messageKey } from "../surveyArchive.ts";
import { emojiOf } from "../text/emoji.ts";
import { messageText } from "../text/messageText.ts";
import type { Translation } from "./Translation.ts";

/** Whom one message calls at the most, as when it is typed. */
const MAX_MENTIONED = 50;

/** A message that is brought over. */
interface Told {
  readonly id: string;
  readonly ts: string;
  readonly at: number;
  readonly author: Person;
  readonly channelId: string;
  readonly value: unknown;
  readonly placeId: string;
}

/** The messages of an export in the order in which they were written, with their replies and reactions. */
export class MessageTranslation {
  readonly #translation: Translation;
  /** Ids here of messages that are replied to or pinned. */
  readonly #written = new Map<string, string>();
  /** Those of them that are no replies: only these can be replied to. */
  readonly #roots = new Set<string>();
  /** The newest message of each place: those that are not later are repetitions. */
  readonly #newest = new Map<string, string>();

  constructor(translation: Translation) {
    this.#translation = translation;
  }

  /** The id here of a message that was needed again. */
  readonly find = (placeId: string, ts: string): string | undefined =>
    this.#written.get(messageKey(placeId, ts));

  async run(progress: Progress): Promise<void> {
    const { archive } = this.#translation;
    for (const [done, [day, places]] of archive.days.entries()) {
      const messages = await archive.messagesOf(day, places);
      for (const { message, ts } of inOrder(messages)) await this.#take(message, ts);
      progress.at("translate", done + 1, archive.days.length);
    }
  }

  async #take({ place, value }: SlackMessage, ts: string): Promise<void> {
    const { skipped, survey, places } = this.#translation;
    const notice = noticeOf(value);
    if (notice !== undefined) return skipped.add(notice);
    const at = slackTime(ts);
    if (at === undefined) return skipped.add("messages_without_time");
    const channelId = places.get(place.id);
    if (channelId === undefined) return skipped.add("conversations");
    const sender = senderOf(value, survey.people.has);
    const author = sender && survey.people.find(sender.key);
    if (!author) return skipped.add("messages_without_sender");
    if (sortableTime(ts) <= (this.#newest.get(place.id) ?? "")) return skipped.add("repeated_messages");
    this.#newest.set(place.id, sortableTime(ts));
    const id = survey.ids.of("msg", at, place.id, ts);
    const told = { id, ts, at, author, channelId, value, placeId: place.id };
    if (await this.#write(told)) await this.#react(told);
  }

  async #write(told: Told): Promise<boolean> {
    const { log, references, skipped, counts, survey } = this.#translation;
    const { id, ts, at, author, channelId, value, placeId } = told;
    const { text, mentioned } = messageText(value, references);
    const body = text.trim();
    if (body === "") {
      skipped.add("empty_messages");
      return false;
    }
    const mentionedUserIds = mentioned
      .flatMap((key) => survey.people.find(key)?.id ?? [])
      .slice(0, MAX_MENTIONED);
    const content = { messageId: id, channelId, body, mentionedUserIds };
    const rootId = this.#rootOf(told);
    const deed = { key: ["message", placeId, ts], at, actor: author.id };
    const refused = await log.send(
      deed,
      rootId === undefined
        ? { type: "PostMessage", ...content }
        : { type: "ReplyInThread", rootId, ...content },
    );
    // The rules know nothing that could forbid it; what they forbid all the same must not be lost unseen.
    if (refused) throw new Error(`a message of ${placeId} at ${ts} cannot be written: ${refused.message}`);
    counts[rootId === undefined ? "messages" : "replies"]++;
    if (!survey.needed.has(messageKey(placeId, ts))) return true;
    this.#written.set(messageKey(placeId, ts), id);
    if (rootId === undefined) this.#roots.add(id);
    log.keep(id);
    return true;
  }

  /** A reply whose root is not in the export stands by itself; to replies there are none. */
  #rootOf({ placeId, ts, value }: Told): string | undefined {
    const thread = textAt(value, "thread_ts");
    if (thread === "" || thread === ts) return undefined;
    const root = this.find(placeId, thread);
    return root !== undefined && this.#roots.has(root) ? root : undefined;
  }

  async #react({ id, ts, at, channelId, value, placeId }: Told): Promise<void> {
    const { log, skipped, counts, survey } = this.#translation;
    for (const reaction of listAt(value, "reactions")) {
      const emoji = emojiOf(textAt(reaction, "name"));
      for (const key of textsAt(reaction, "users")) {
        const person = survey.people.find(key);
        if (!person || emoji === undefined) {
          skipped.add("reactions");
          continue;
        }
        const deed = { key: ["reaction", placeId, ts, emoji, key], at, actor: person.id };
        const command = { type: "AddReaction", channelId, messageId: id, emoji } as const;
        const before = log.version;
        const refused = await log.send(deed, command);
        if (refused) skipped.add("reactions");
        else counts.reactions += log.version - before;
      }
    }
  }
}

/** By their time; what has none comes first. */
const inOrder = (messages: ReadonlyArray<SlackMessage>) =>
  messages
    .map((message) => ({ message, ts: textAt(message.value, "ts") }))
    .map((one) => ({ ...one, order: slackTime(one.ts) === undefined ? "" : sortableTime(one.ts) }))
    .toSorted((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0));
