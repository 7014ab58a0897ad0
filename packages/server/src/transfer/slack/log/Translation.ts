import type { SlackArchive, SlackPlace } from "../archive/SlackArchive.ts";
import type { Skipped } from "../Skipped.ts";
import type { SlackSurvey } from "../surveyArchive.ts";
import type { References } from "../text/mrkdwn.ts";
import type { TranslatedLog } from "./TranslatedLog.ts";

/** What an export becomes a workspace with. */
export interface Translation {
  readonly archive: SlackArchive;
  readonly survey: SlackSurvey;
  readonly log: TranslatedLog;
  readonly workspace: { readonly id: string; readonly name: string; readonly slug: string };
  /** The account that owns it. */
  readonly owner: string;
  readonly references: References;
  readonly skipped: Skipped;
  readonly counts: Counts;
  /** What places became, by their id in Slack; those that are left out are not among them. */
  readonly places: Map<string, string>;
}

/** What was brought over. */
export interface Counts {
  channels: number;
  private_channels: number;
  conversations: number;
  people: number;
  bots: number;
  messages: number;
  replies: number;
  reactions: number;
  pins: number;
}

/** The ids here of those members of a place who are in the export. */
export const membersOf = ({ survey, skipped }: Translation, place: SlackPlace): ReadonlyArray<string> =>
  place.members.flatMap((key) => {
    const person = survey.people.find(key);
    if (!person) skipped.add("unknown_members");
    return person ? [person.id] : [];
  });
