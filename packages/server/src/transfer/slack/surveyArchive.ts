import { TransferRefused } from "../TransferRefused.ts";
import type { Progress } from "../Progress.ts";
import { textAt, textsAt } from "./archive/fields.ts";
import type { SlackArchive, SlackMessage } from "./archive/SlackArchive.ts";
import { slackTime } from "./archive/slackTime.ts";
import { noticeOf } from "./archive/noticeOf.ts";
import { SlackIds } from "./log/SlackIds.ts";
import { People } from "./people/People.ts";
import { senderOf } from "./people/senderOf.ts";

/** What has to be known of a whole export before anything is made of it. */
export interface SlackSurvey {
  readonly ids: SlackIds;
  readonly people: People;
  /** Messages that are replied to or pinned, by `messageKey`. */
  readonly needed: ReadonlySet<string>;
  /** `ts` of what is pinned, by the id of its place. */
  readonly pins: ReadonlyMap<string, ReadonlySet<string>>;
  /** When the first and the last thing happened, ms since 1970. */
  readonly from: number;
  readonly to: number;
}

/** Reads all of an export, so that nothing is written where a part of it cannot be read. Throws TransferRefused. */
export const surveyArchive = async (archive: SlackArchive, progress: Progress): Promise<SlackSurvey> => {
  const ids = new SlackIds(teamOf(archive));
  const people = new People(ids);
  for (const [i, user] of archive.users.entries()) people.addUser(user, i + 1);
  const needed = new Set<string>();
  const pins = new Map(archive.places.map((place) => [place.id, new Set(place.pins)] as const));
  let [from, to] = [Infinity, 0];
  const note = (at: number) => {
    if (at > 0) [from, to] = [Math.min(from, at), Math.max(to, at)];
  };
  for (const place of archive.places) note(place.createdAt);
  for (const [done, [day, places]] of archive.days.entries()) {
    for (const message of await archive.messagesOf(day, places)) {
      note(slackTime(textAt(message.value, "ts")) ?? 0);
      lookAt(message, people, needed);
      // Some exports tell it of the channel, others of the message.
      const pinned = textsAt(message.value, "pinned_to").includes(message.place.id);
      if (pinned) pins.get(message.place.id)?.add(textAt(message.value, "ts"));
    }
    progress.at("check", done + 1, archive.days.length);
  }
  for (const [placeId, pinned] of pins) for (const pin of pinned) needed.add(messageKey(placeId, pin));
  return { ids, people, needed, pins, from: to === 0 ? 0 : from, to };
};

/** Names a message among all of an export's. */
export const messageKey = (placeId: string, ts: string): string => `${placeId} ${ts}`;

const lookAt = ({ value, place }: SlackMessage, people: People, needed: Set<string>): void => {
  if (noticeOf(value) !== undefined) return;
  const sender = senderOf(value, people.has);
  if (sender) people.addSender(sender);
  const thread = textAt(value, "thread_ts");
  if (thread !== "" && thread !== textAt(value, "ts")) needed.add(messageKey(place.id, thread));
};

/** The workspace's id in Slack, which its people bear; strangers bear that of theirs. */
const teamOf = ({ users }: SlackArchive): string => {
  const counts = new Map<string, number>();
  for (const user of users) {
    const team = textAt(user, "team_id") || textAt(user, "profile", "team");
    if (team !== "") counts.set(team, (counts.get(team) ?? 0) + 1);
  }
  const [most] = [...counts].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const [first] = users;
  const id = most?.[0] ?? textAt(first, "id");
  if (id === "") throw new TransferRefused("users.json names nobody");
  return id;
};
