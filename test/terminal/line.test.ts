import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ScriptedChat } from "../support/terminal/ScriptedChat.ts";
import { Tmux, type Window } from "../support/terminal/Tmux.ts";

const tmux = await Tmux.start();
let chat: ScriptedChat;
beforeEach(async () => void (chat = await ScriptedChat.start()));
afterEach(() => chat.stop());

const PROMPT = "[#lobby] ada>";

const open = async (args: ReadonlyArray<string> = [], options = {}): Promise<Window> => {
  const window = await tmux.chat(["--url", chat.url, "--name", "ada", ...args], options);
  await window.until("in #lobby");
  return window;
};

const typedBy = async (name: string): Promise<ReadonlyArray<string>> => (await chat.client(name)).typed;

describe("a line client on a terminal", () => {
  test("keeps a half-typed line through what others say, and completes, recalls and takes back", async () => {
    const window = await open();
    await window.type("half a th");
    await window.until("half a th");
    for (const n of [1, 2, 3]) chat.say("bob", `said ${n}`);
    const screen = await window.until("said 3");
    expect(screen.split("\n").slice(-4)).toEqual([
      expect.stringMatching(/^\[\d\d:\d\d:\d\d\] #lobby <bob> said 1$/),
      expect.stringMatching(/^\[\d\d:\d\d:\d\d\] #lobby <bob> said 2$/),
      expect.stringMatching(/^\[\d\d:\d\d:\d\d\] #lobby <bob> said 3$/),
      `${PROMPT} half a th`,
    ]);
    await window.press("C-c");
    await window.until((text) => text.endsWith(`\n${PROMPT}`));
    await window.type("bo");
    await window.press("Tab");
    await window.until(`${PROMPT} bob:`);
    await window.enter("hello");
    await window.until("<ada> bob: hello");
    await window.type("hi bo");
    await window.press("Tab");
    await window.until(`${PROMPT} hi bob`);
    await window.press("Enter");
    await window.until("<ada> hi bob");
    await window.press("Up", "Up");
    await window.until(`${PROMPT} bob: hello`);
    await window.press("C-c");
    await window.enter("/frobnicate");
    await window.until(/no command \/frobnicate.*\/help/);
    await window.enter("//join is a command");
    await window.until("<ada> /join is a command");
    expect(await typedBy("ada")).toEqual(["bob: hello", "hi bob ", "//join is a command"]);
    await window.enter("/clear");
    await window.until((text) => text === PROMPT);
    await window.press("C-c");
    expect(await window.ended()).toBe(0);
    expect(await window.isRestored()).toBe(true);
  });

  test("makes one message of a paste of several lines, which is sent when it is entered", async () => {
    const window = await open();
    await window.paste("first\n/leave\tnow\nlast\n");
    await window.until(`${PROMPT} first↵/leave    now↵last`);
    expect(await typedBy("ada")).toEqual([]);
    await window.press("Enter");
    await window.until(/<ada> first\n {4}\/leave {4}now\n {4}last/);
    await window.paste("/join ops\nrm -rf");
    await window.press("Enter");
    await window.until("a command is one line");
    expect(await typedBy("ada")).toEqual(["first\n/leave    now\nlast"]);
    await window.press("C-d");
    expect(await window.ended()).toBe(0);
  });

  test("shows hostile names, texts, rooms, errors and reasons as text, and rings for its own name alone", async () => {
    const window = await open();
    const hostile = "\u001b[2J\u001b]0;owned\u0007\u009b31m\u202e\u200b\r\b";
    const client = await chat.client("ada");
    chat.say(`mallory${hostile}`, `text${hostile}end`, `room${hostile}`);
    client.send({ type: "notice", text: `notice${hostile}end` });
    client.send({ type: "joined", username: `joiner${hostile}`, room: hostile, ts: "x" });
    client.send({ type: "users", room: "lobby", users: [`u${hostile}v`] });
    client.send({ type: "error", code: "unavailable", message: `error${hostile}end` });
    const screen = await window.until("error[2J]0;owned31m");
    for (const what of ["in #lobby", "<mallory[2J]0;owned31m>", "#room[2J", "notice[2J", "joiner[2J", "u[2J"])
      expect(screen).toContain(what);
    chat.say("bob", "ada, look");
    await window.until("ada, look");
    const styled = await window.screen({ styles: true });
    expect(styled).toContain("\u001b[7mada, look");
    // oxlint-disable-next-line no-control-regex
    expect(styled).not.toMatch(/[\u0007\u009b\u202e\u200b]/);
    client.socket.close(1008, `gone${hostile}`);
    expect(await window.ended()).toBe(1);
    expect(await window.screen()).toContain("clickclack chat: gone[2J]0;owned31m");
  });

  test("counts until it is connected again, and then sends what was typed meanwhile", async () => {
    const window = await open();
    await window.enter("before");
    await window.until("<ada> before");
    const id = (await chat.client("ada")).hello.last;
    expect(id).toBeUndefined();
    await chat.stop();
    await window.until(/connection lost, retrying in \d+s/);
    await window.until(/\[retrying in \d+s\] ada>/);
    await window.enter("meanwhile");
    await window.until(/sent once connected again: meanwhile/);
    await chat.startAgain();
    const screen = await window.until("<ada> meanwhile");
    expect(screen).toContain("-- reconnected");
    expect(screen.match(/connection lost/g)).toHaveLength(1);
    expect((await chat.client("ada")).hello).toMatchObject({ resume: "resume-ada", last: "msg_1" });
  });

  test("tells of a line that the server is slow to answer", async () => {
    const window = await open();
    chat.answers.set("anybody?", () => "silence");
    await window.enter("anybody?");
    const screen = await window.until("-- not sent yet: anybody?");
    expect(screen).toContain(PROMPT);
  });

  test("completes and sends what is typed faster than it is read", async () => {
    const window = await open();
    chat.say("bob", "hello");
    await window.until("<bob> hello");
    await window.type("bo\thow are you\r");
    await window.until("<ada> bob: how are you");
    expect(await typedBy("ada")).toEqual(["bob: how are you"]);
  });

  test("stopped by Ctrl-Z goes on where it was: keys are read, and pastes are one line", async () => {
    const window = await tmux.chatUnderShell(["--url", chat.url, "--name", "ada"]);
    await window.until("in #lobby");
    await window.type("half");
    await window.until("ada> half");
    await window.press("C-z");
    await window.until(/ada> half\n[^]*ada> half/);
    await window.type(" and half");
    await window.until("half and half");
    await window.paste("\nnext");
    await window.press("Enter");
    await window.until(/<ada> half and half\n {4}next/);
    await window.press("C-d");
    expect(await window.ended()).toBe(0);
  });

  test("that is sent away says what was typed and not sent", async () => {
    const window = await open();
    await window.type("half a line");
    await window.until("half a line");
    (await chat.client("ada")).socket.close(1008, "your access here has ended");
    expect(await window.ended()).toBe(1);
    expect(await window.screen()).toMatch(/!! not sent: half a line\n[^]*your access here has ended/);
  });

  test("works in 20 columns, with wide characters, and is drawn anew at another width", async () => {
    const window = await open([], { columns: 20 });
    await window.type("漢字かな漢字かな");
    chat.say("bob", "wide 漢字かな漢字かな 👩‍👧 é");
    await window.until("#lobby> 漢字かな漢字\nかな");
    await window.resize(60);
    const wide = await window.until("ada> 漢字かな漢字かな");
    expect(wide.split("\n").filter((line) => line.includes("漢字かな漢字かな"))).toHaveLength(2);
    await window.press("Enter");
    await window.until("<ada> 漢字かな漢字かな");
    expect((await window.screen()).split("\n").filter((line) => line.includes("ada>"))).toHaveLength(2);
  });
});

describe("colour and escapes", () => {
  test("names have colours that stay, which NO_COLOR and --no-color take away", async () => {
    const [plain, flagged, coloured] = await Promise.all([
      open([], { env: { NO_COLOR: "1" } }),
      open(["--no-color"]),
      open(),
    ]);
    chat.say("bob", "one");
    chat.say("bob", "two");
    const windows = [plain, flagged, coloured];
    await Promise.all(windows.map((window) => window.until("two")));
    const [none, neither, styled] = await Promise.all(windows.map((w) => w.screen({ styles: true })));
    expect(none).not.toContain("\u001b[");
    expect(neither).not.toContain("\u001b[");
    // oxlint-disable-next-line no-control-regex
    const colours = [...styled!.matchAll(/<\u001b\[(\d+)mbob/g)].map(([, colour]) => colour);
    expect(colours).toHaveLength(2);
    expect(new Set(colours).size).toBe(1);
  });
});

describe("an end", () => {
  test("by a signal leaves the terminal as it was", async () => {
    const [terminated, hungUp] = await Promise.all([open(), open()]);
    await terminated.type("half");
    await terminated.signal("SIGTERM");
    expect(await terminated.ended()).toBe(143);
    expect(await terminated.isRestored()).toBe(true);
    await hungUp.signal("SIGHUP");
    expect(await hungUp.ended()).toBe(129);
    expect(await hungUp.isRestored()).toBe(true);
  });

  test("of a screen for a name that is taken is none: another is asked for", async () => {
    chat.taken.add("ada");
    const window = await tmux.chat(["--url", chat.url, "--name", "ada", "--tui"]);
    await window.until(/the name ada is taken\s+Name:/);
    await window.enter("ada2");
    await window.until("ada2 · connected");
    await window.press("C-c");
    expect(await window.ended()).toBe(0);
    expect(await window.isRestored()).toBe(true);
  });

  test("for a name that is taken is none: another is asked for", async () => {
    chat.taken.add("ada");
    const window = await tmux.chat(["--url", chat.url, "--name", "ada"]);
    await window.until(/the name ada is taken\s+Name:/);
    await window.enter("two words");
    await window.until("a name is one word");
    await window.enter("ada2");
    await window.until("connected as ada2, in #lobby");
    await window.enter("still here");
    await window.until("<ada2> still here");
    await window.enter("/quit");
    expect(await window.ended()).toBe(0);
    expect(await window.isRestored()).toBe(true);
  });

  test("without a server tells why", async () => {
    await chat.stop();
    const window = await tmux.chat(["--url", chat.url, "--name", "ada"]);
    expect(await window.ended()).toBe(1);
    expect(await window.screen()).toContain("no server answers at http://127.0.0.1");
    expect(await window.isRestored()).toBe(true);
    await chat.startAgain();
  });
});
