import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";

/** What an archive holds, by name: documents, or bytes as they are. */
export type Files = Readonly<Record<string, unknown>>;

/** Writes a zip. */
export const writeZip = async (path: string, files: Files): Promise<string> => {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files))
    zip.addBuffer(Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content)), name);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
};

/** Seconds since 1970 of a day in March 2024. */
const seconds = (day: number, second: number): number => Date.UTC(2024, 2, day) / 1_000 + second;
export const ts = (day: number, second: number): string => `${seconds(day, second)}.000100`;
export const at = (day: number, second: number): string =>
  new Date(seconds(day, second) * 1_000).toISOString();

const user = (id: string, name: string, more: object = {}, profile: object = {}) => ({
  id,
  team_id: "T1",
  name,
  real_name: name.toUpperCase(),
  profile,
  ...more,
});

/** A small workspace of Slack's; `tag` keeps the emails of each test apart. */
export const acme = (tag: string): Files => ({
  "users.json": [
    user("U1", "ann", { is_primary_owner: true, is_admin: true }, { email: `Ann@${tag}.example` }),
    user("U2", "bob", {}, { email: `bob@${tag}.example` }),
    user("U3", "gone", { deleted: true, updated: seconds(9, 0) }),
    user("U4", "robot", { is_bot: true }),
    user("U5", "guest", { is_restricted: true }),
    user("U6", "‮\u0007<b>", { real_name: "\u0000‮" }),
  ],
  "channels.json": [
    {
      id: "C1",
      name: "general",
      created: seconds(1, 0),
      creator: "U1",
      members: ["U1", "U2", "U5"],
      topic: { value: "All of us" },
      pins: [{ id: ts(1, 10), type: "C" }],
    },
    { id: "C2", name: "old", created: seconds(1, 0), creator: "U3", is_archived: true, members: [] },
  ],
  "groups.json": [{ id: "G1", name: "General", created: seconds(1, 0), creator: "U3", members: ["U1"] }],
  "dms.json": [{ id: "D1", created: seconds(1, 0), members: ["U1", "U2"] }],
  "mpims.json": [{ id: "M1", name: "mpdm-a-1", created: seconds(1, 0), members: ["U1", "U2", "U5"] }],
  "integration_logs.json": [],
  "general/2024-03-01.json": [
    { type: "message", subtype: "channel_join", user: "U1", text: "joined", ts: ts(1, 1) },
    // Not in order, as replies are not.
    { type: "message", user: "U2", text: "*yes*", ts: ts(1, 20), thread_ts: ts(1, 10) },
    {
      type: "message",
      user: "U1",
      text: "Hello <@U2>, see <#C2|old> &amp; <https://example.com/a|this *page*> zebra",
      ts: ts(1, 10),
      thread_ts: ts(1, 10),
      reactions: [
        { name: "+1", users: ["U2", "U3", "U99"], count: 3 },
        { name: "acme", users: ["U2"], count: 1 },
      ],
    },
    {
      type: "message",
      subtype: "bot_message",
      bot_id: "B1",
      username: "Builder",
      text: "built",
      ts: ts(1, 30),
    },
    {
      type: "message",
      user: "U2",
      text: "final",
      ts: ts(1, 40),
      pinned_to: ["C1"],
      edited: { user: "U2", ts: ts(1, 50) },
    },
    { type: "message", user: "U2", text: "final", ts: ts(1, 40) },
    { type: "message", user: "U1", text: "  ", ts: ts(1, 60) },
    { type: "message", subtype: "tombstone", user: "USLACKBOT", text: "deleted", ts: ts(1, 61) },
    { type: "message", text: "whose?", ts: ts(1, 62) },
    { type: "message", user: "U1", text: "when?", ts: "soon" },
    {
      type: "message",
      user: "U6",
      text: "\u0000\ud800<javascript:alert(1)|click> <!channel> msg_01k9zzzzzzzzzzzzzzzzzzzzzz",
      ts: ts(1, 70),
      files: [{ name: "a](b.txt", url_private: "https://files.example/F1/a.txt?t=xoxe-secret" }],
    },
  ],
  "general/2024-03-02.json": [
    {
      type: "message",
      subtype: "thread_broadcast",
      user: "U3",
      text: "late reply",
      ts: ts(2, 0),
      thread_ts: ts(1, 10),
    },
    { type: "message", user: "U1", text: "to nobody", ts: ts(2, 1), thread_ts: ts(1, 61) },
  ],
  "old/2024-03-01.json": [{ type: "message", user: "U3", text: "old times", ts: ts(1, 5) }],
  "General/2024-03-01.json": [{ type: "message", user: "U2", text: "I have left since", ts: ts(1, 6) }],
  "D1/2024-03-01.json": [{ type: "message", user: "U2", text: "just us", ts: ts(1, 7) }],
  "mpdm-a-1/2024-03-01.json": [{ type: "message", user: "U5", text: "three of us", ts: ts(1, 8) }],
});
