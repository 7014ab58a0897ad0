import { textAt } from "../archive/fields.ts";

/** Who wrote a message, as far as the message tells. */
export interface Sender {
  readonly key: string;
  readonly kind: "human" | "bot";
  readonly name: string;
}

/** The sender of a message; undefined if it tells of none. Programs are known by their id, or by the name they gave. */
export const senderOf = (message: unknown, isKnown: (userId: string) => boolean): Sender | undefined => {
  const [user, bot, name] = [textAt(message, "user"), textAt(message, "bot_id"), textAt(message, "username")];
  if (user !== "" && isKnown(user)) return { key: user, kind: "human", name: "" };
  if (bot !== "")
    return { key: `bot:${bot}`, kind: "bot", name: name || textAt(message, "bot_profile", "name") || bot };
  if (user !== "")
    return { key: user, kind: user === SLACKBOT ? "bot" : "human", name: nameIn(message, user) };
  return name === "" ? undefined : { key: `bot:${name}`, kind: "bot", name };
};

/** Slack's own program is in no list. */
const SLACKBOT = "USLACKBOT";

const nameIn = (message: unknown, user: string): string =>
  textAt(message, "user_profile", "real_name") ||
  textAt(message, "user_profile", "display_name") ||
  textAt(message, "username") ||
  (user === SLACKBOT ? "Slackbot" : user);
