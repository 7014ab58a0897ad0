import { expect, test } from "vitest";
import { emojiOf } from "./emoji.ts";
import { messageText } from "./messageText.ts";

const references = { handleOf: (id: string) => id.toLowerCase(), channelOf: () => undefined };
const text = (message: unknown) => messageText(message, references).text;

test("tells of files by name, and where they are without what lets anybody in", () => {
  const files = [
    {
      name: "plan.pdf",
      permalink: "https://acme.slack.com/files/F1",
      url_private: "https://x.example/a?t=xoxe-1",
    },
    { name: "b.txt", url_private: "https://ann:secret@x.example/b?t=xoxe-1#c" },
    { title: "c", url_private: "http://x.example/c" },
    { mode: "tombstone", name: "gone" },
    "nonsense",
  ];
  expect(text({ text: "see", files })).toBe(
    "see\n\nFile: [plan.pdf](https://acme.slack.com/files/F1)\nFile: [b.txt](https://x.example/b)\nFile: c\nFile: a file",
  );
});

test("takes what programs attach, and no previews of links", () => {
  const attachments = [
    { pretext: "*Build*", title: "No. 7", title_link: "https://ci.example/7", text: "by <@U1>" },
    { fallback: "plain" },
    { from_url: "https://example.com", text: "a preview" },
    null,
  ];
  const made = messageText({ text: "", attachments }, references);
  expect(made.text).toBe("**Build**\n[No. 7](https://ci.example/7)\nby @u1\n\nplain");
  expect(made.mentioned).toEqual(["U1"]);
});

test("is empty where nothing is said", () => {
  for (const message of [{}, { text: null }, { text: " " }, { files: {}, attachments: [{}] }, null])
    expect(text(message)).toBe("");
});

test("is cut with a note beyond 40,000 characters, between two of them", () => {
  const long = text({ text: "😀".repeat(50_000) });
  expect(Array.from(long)).toHaveLength(40_000);
  expect(long).toMatch(/😀\n\n\(The end is cut off/u);
  expect(text({ text: "😀".repeat(40_000) })).toBe("😀".repeat(40_000));
});

test("says what somebody does", () => {
  expect(text({ subtype: "me_message", text: "waves" })).toBe("_waves_");
});

test.each([
  ["+1", "👍"],
  ["thumbsup::skin-tone-2", "👍🏻"],
  ["+1::skin-tone-6", "👍🏿"],
  ["rocket::skin-tone-3", "🚀"],
  ["acme_logo", ":acme_logo:"],
  ["constructor", ":constructor:"],
  ["", undefined],
  ["a b", undefined],
  ["x".repeat(63), undefined],
])("of the reaction %j comes %j", (name, emoji) => {
  expect(emojiOf(name)).toBe(emoji);
});
