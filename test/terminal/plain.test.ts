import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ScriptedChat } from "../support/terminal/ScriptedChat.ts";
import { Tmux } from "../support/terminal/Tmux.ts";
import { until } from "../support/until.ts";

const BIN = resolve(import.meta.dirname, "../../packages/server/bin/clickclack");
const tmux = await Tmux.start();
let chat: ScriptedChat;
let folder: string;
beforeEach(async () => {
  chat = await ScriptedChat.start();
  folder = mkdtempSync(join(tmpdir(), "clickclack-plain-"));
});
afterEach(async () => {
  await chat.stop();
  rmSync(folder, { recursive: true });
});

/** A chat on a terminal whose every byte is kept. */
const recorded = async (flags: ReadonlyArray<string>, env: Readonly<Record<string, string>>) => {
  const bytes = join(folder, "bytes");
  const command = [BIN, "chat", "--url", chat.url, "--name", "ada", ...flags].join(" ");
  const window = await tmux.run(["script", "--quiet", "--flush", "--command", command, bytes], { env });
  // Its first and last line are script's own.
  const printed = () => readFileSync(bytes, "utf8").split("\n").slice(1).join("\n");
  return { window, printed };
};

test.each([
  ["a dumb terminal", [], { TERM: "dumb" }],
  ["a dumb terminal that is asked for a screen", ["--tui"], { TERM: "dumb" }],
  ["--plain", ["--plain"], {}],
])("on %s nothing but lines is printed, whatever others say", async (_, flags, env) => {
  const { window, printed } = await recorded(flags, env);
  await window.until("in #lobby");
  chat.say("eve", "\u001b[2J\u001b]0;title\u0007 ada: look \u202e here");
  await window.until("ada: look");
  await window.enter("hello there");
  await window.until("<ada> hello there");
  await chat.stop();
  await window.until("connection lost");
  await chat.startAgain();
  await window.until("reconnected");
  await window.press("C-d");
  await window.until("ended with 0");
  await until(() => printed().includes("reconnected"), { what: "the record to be whole", deadlineMs: 5_000 });
  // oxlint-disable-next-line no-control-regex
  expect(printed()).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/);
});

/** Throws in the midst of whatever the program does, when it is told to. */
const THROWS = "data:text/javascript,process.on('SIGUSR2',()=>{throw(new(Error)('in/the/midst'))})";

test.each([
  ["the prompt", []],
  ["the screen", ["--tui"]],
])("an exception that nobody expected leaves the terminal of %s as it was", async (_, flags) => {
  const window = await tmux.chat(["--url", chat.url, "--name", "ada", ...flags], {
    env: { NODE_OPTIONS: `--import=${THROWS}` },
  });
  await chat.client("ada");
  await window.until("lobby");
  await window.signal("SIGUSR2");
  expect(await window.ended()).toBe(1);
  expect(await window.screen()).toContain("in/the/midst");
  expect(await window.isRestored()).toBe(true);
});
