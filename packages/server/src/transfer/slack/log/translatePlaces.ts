import { SYSTEM, event } from "@clickclack/workspace/rules";
import { slugify } from "@clickclack/workspace/channel/slugify";
import { conversationId } from "@clickclack/workspace/direct/conversationId";
import { MAX_CONVERSATION_MEMBERS } from "@clickclack/workspace/direct/Direct";
import { TransferRefused } from "../../TransferRefused.ts";
import type { SlackPlace } from "../archive/SlackArchive.ts";
import { translateMrkdwn } from "../text/mrkdwn.ts";
import type { Deed } from "./TranslatedLog.ts";
import { membersOf, type Translation } from "./Translation.ts";

/** Characters of a channel's title. */
const MAX_TITLE = 120;
const MAX_NAME = 80;

/** The workspace, its members, channels and conversations. Throws TransferRefused. */
export const translatePlaces = async (translation: Translation): Promise<void> => {
  const { archive, log, workspace, owner, survey, counts } = translation;
  const { name, slug } = workspace;
  await log.send(
    { key: ["workspace"], at: survey.from, actor: owner },
    { type: "CreateWorkspace", name, slug },
  );
  for (const { key, id, kind, role } of survey.people) {
    counts[kind === "bot" ? "bots" : "people"]++;
    const deed = { key: ["member", key], at: survey.from, actor: SYSTEM };
    if (id !== owner) await log.send(deed, { type: "AddMember", userId: id, role });
  }
  for (const place of archive.places) {
    if (place.kind === "direct") await openConversation(translation, place);
    else await createChannel(translation, place, place.kind);
  }
};

const createChannel = async (
  translation: Translation,
  place: SlackPlace,
  kind: "public" | "private",
): Promise<void> => {
  const { log, survey, owner, counts } = translation;
  const at = place.createdAt || survey.from;
  const channelId = survey.ids.of("chn", at, place.id);
  const members = membersOf(translation, place);
  const creator = creatorOf(translation, place);
  const title = titleOf(translation, place);
  const name = freeName(place.name, log.state.channelNames);
  const details = title === "" ? {} : { display_title: title };
  const deed = (...what: ReadonlyArray<string>): Deed => ({
    key: ["channel", place.id, ...what],
    at,
    actor: SYSTEM,
  });
  const create = { type: "CreateChannel", channelId, name, kind, details } as const;
  const refused = await log.send({ ...deed(), actor: creator }, create);
  if (refused) throw new TransferRefused(`the channel ${name} cannot be made: ${refused.message}`);
  for (const userId of members)
    await log.send(deed("member", userId), { type: "AddChannelMember", channelId, userId });
  // Whoever made it may have left, or has only to be named for somebody who is not here.
  const stays = members.includes(creator) || (kind === "public" && creator === owner);
  if (!stays) await log.send(deed("left"), { type: "RemoveChannelMember", channelId, userId: creator });
  translation.places.set(place.id, channelId);
  counts[kind === "private" ? "private_channels" : "channels"]++;
};

/** A channel has one line here for what are a topic and a purpose in Slack. */
const titleOf = ({ references }: Translation, place: SlackPlace): string => {
  const { text } = translateMrkdwn(place.title, references);
  return Array.from(text.replace(/\s+/g, " ").trim()).slice(0, MAX_TITLE).join("");
};

/** Guests make no channels here. */
const creatorOf = ({ survey, owner }: Translation, place: SlackPlace): string => {
  const creator = survey.people.find(place.creator);
  return creator && creator.role !== "guest" ? creator.id : owner;
};

/** Its name as names are here, with a number where another channel has it. */
const freeName = (wanted: string, taken: ReadonlyMap<string, string>): string => {
  const base = slugify(wanted) || "channel";
  if (!taken.has(base)) return base;
  for (let n = 2; ; n++) {
    const end = `-${n}`;
    const name =
      Array.from(base)
        .slice(0, MAX_NAME - end.length)
        .join("") + end;
    if (!taken.has(slugify(name))) return name;
  }
};

const openConversation = async (translation: Translation, place: SlackPlace): Promise<void> => {
  const { log, survey, workspace, skipped, counts } = translation;
  const members = [...new Set(membersOf(translation, place))];
  if (members.length === 0 || members.length > MAX_CONVERSATION_MEMBERS) return skipped.add("conversations");
  const id = conversationId(workspace.id, members);
  translation.places.set(place.id, id);
  if (log.state.channels.has(id)) return;
  const [first] = members;
  const payload = { direct_conversation_id: id, member_ids: members, created_by: first! };
  const deed = { key: ["conversation", place.id], at: place.createdAt || survey.from, actor: first! };
  // Guests are in conversations that they could not have opened.
  await log.record(deed, { scope: id, type: "dm.created" }, [event("dm.created", payload, id)]);
  counts.conversations++;
};
