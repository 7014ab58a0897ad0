import { listAt, textAt } from "../archive/fields.ts";
import { markdownLink, type References, type Translated, translateMrkdwn } from "./mrkdwn.ts";

/** Characters that a message has at the most. */
const MAX_CHARACTERS = 40_000;
const NOTE = "\n\n(The end is cut off: the message was longer than 40,000 characters.)";
/** Units of a text that are looked at: what is longer is cut off in any case. */
const MAX_UNITS = 8 * MAX_CHARACTERS;
/** Attachments and files of one message: more than Slack takes. */
const MAX_PARTS = 100;

/** What a message says, its attachments and files with it. Empty if it says nothing. */
export const messageText = (message: unknown, references: References): Translated => {
  const said = translateMrkdwn(longTextAt(message, "text"), references);
  const me = textAt(message, "subtype") === "me_message" && !said.text.includes("\n");
  const parts = listAt(message, "attachments")
    .slice(0, MAX_PARTS)
    .map((attachment) => attachmentText(attachment, references));
  const files = listAt(message, "files").slice(0, MAX_PARTS).map(fileText);
  const own = me && said.text !== "" ? `_${said.text}_` : said.text;
  const text = [own, ...parts.map((part) => part.text), files.filter(Boolean).join("\n")]
    .map((part) => part.trim())
    .filter(Boolean)
    .join("\n\n");
  const mentioned = new Set([said, ...parts].flatMap((part) => part.mentioned));
  return { text: cut(text), mentioned: [...mentioned] };
};

const longTextAt = (value: unknown, field: string): string =>
  textAt(value, field).slice(0, MAX_UNITS).toWellFormed();

/** What a program attached. Previews of links are left out: whoever reads follows the link. */
const attachmentText = (attachment: unknown, references: References): Translated => {
  if (textAt(attachment, "from_url") !== "" || textAt(attachment, "original_url") !== "")
    return { text: "", mentioned: [] };
  const title = textAt(attachment, "title").trim();
  const address = httpsOnly(textAt(attachment, "title_link"));
  const heading = title !== "" && address !== undefined ? markdownLink(title, address) : title;
  const [before, body] = [longTextAt(attachment, "pretext"), longTextAt(attachment, "text")].map((part) =>
    translateMrkdwn(part, references),
  );
  const parts = [before!.text, heading, body!.text].filter((part) => part.trim() !== "");
  if (parts.length === 0) return translateMrkdwn(longTextAt(attachment, "fallback"), references);
  return { text: parts.join("\n"), mentioned: [...before!.mentioned, ...body!.mentioned] };
};

/** The bytes of files are not in an export; where they are, is. */
const fileText = (file: unknown): string => {
  const mode = textAt(file, "mode");
  if (mode === "tombstone" || mode === "hidden_by_limit") return "";
  const name = (textAt(file, "name") || textAt(file, "title")).replace(/\s+/g, " ").trim() || "a file";
  const url = httpsOnly(textAt(file, "permalink")) ?? httpsOnly(textAt(file, "url_private"));
  return `File: ${url === undefined ? name : markdownLink(name, url)}`;
};

/** An address without what lets anybody in: Slack's exports put tokens behind the `?`. */
const httpsOnly = (address: string): string | undefined => {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol !== "https:") return undefined;
  [url.username, url.password, url.search, url.hash] = ["", "", "", ""];
  return url.href;
};

/** Characters are code points, and an end is never half of one. */
const cut = (text: string): string => {
  if (text.length <= MAX_CHARACTERS) return text;
  const characters = Array.from(text.slice(0, 2 * MAX_CHARACTERS + 1));
  if (characters.length <= MAX_CHARACTERS) return text;
  return characters.slice(0, MAX_CHARACTERS - NOTE.length).join("") + NOTE;
};
