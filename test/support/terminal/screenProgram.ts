// screenProgram.ts SCRIPT: shows a chat without a server on the screen, as one of the scripts below goes.
import { writeFileSync } from "node:fs";
import { COLOURED, PLAIN, wantsColour } from "@clickclack/terminal/format/Palette";
import { runScreen } from "@clickclack/terminal/screen/runScreen";
import { safeName, safeText } from "@clickclack/terminal/safeText";
import { ScreenChat } from "./ScreenChat.ts";

const chat = new ScreenChat();
const env = process.env;

const people = (...names: ReadonlyArray<string>) => names.map((username) => ({ username, online: true }));

const evening = () => {
  chat.people = [...people("ada", "grace", "linus"), { username: "mary", online: false }];
  chat.say("grace", "good evening", { ts: "2026-11-27T21:04:05.000Z" });
  chat.say(
    "linus",
    "the build is green again, I have put the notes on how we got there into the shared folder",
  );
  chat.say("grace", "ada: can you have a look at the deploy?", {
    replies: 2,
    reactions: [{ emoji: "👍", count: 2, own: true }],
  });
  chat.say(
    "mary",
    "日本語のとても長い文章はどこでも折り返すことができますから、端末の幅に合わせて表示されます",
  );
  chat.say("mary", "👩‍👩‍👧 café ✅ done");
  chat.tell({ _tag: "presence", joined: true, username: "margaret", room: "lobby" });
  chat.say("ada", "looking now");
  chat.say("linus", "ada, the pager rang", { room: "ops" });
  chat.say("grace", "new colours", { room: "design" });
  chat.tell({ _tag: "notice", text: "rooms: lobby (4), ops (2), design (2)" });
};

const HOSTILE =
  "\u001b[2J\u001b]0;owned\u0007\u001b]52;c;b3duZWQ=\u0007\u009b31m\u202eevil\u202c\u200bend\r\u0008";

const scripts: Readonly<Record<string, () => void>> = {
  evening,
  hostile: () => {
    chat.topics["lobby"] = safeText(`topic ${HOSTILE}`);
    chat.rooms = ["lobby", safeName(`r${HOSTILE}`)];
    chat.people = people(safeName(`n${HOSTILE}`));
    for (const n of [1, 2, 3]) chat.say(safeName(`n${HOSTILE}`), safeText(`text ${n} ${HOSTILE}`));
    chat.tell({ _tag: "notice", text: safeText(`notice ${HOSTILE}`) });
    chat.say("grace", "after it all");
  },
  numbered: () => {
    for (let n = 1; n <= 200; n++) chat.say("grace", `line ${n}`);
  },
  lost: () => {
    chat.say("grace", "before");
    chat.setState({ _tag: "waiting", retryInMs: 60_000 });
  },
  loseThenReturn: () => {
    chat.setState({ _tag: "waiting", retryInMs: 3_600_000 });
    process.on("SIGUSR2", () => chat.setState({ _tag: "connected", again: true }));
  },
  thread: () => {
    evening();
    const root = chat.say("grace", "shall we ship on Friday?", { replies: 1 });
    const reply = { ...root, id: "r1", username: "linus", text: "better on Monday", thread: root.id };
    chat.thread = { root, replies: [reply] };
    chat.commands.push({ name: "thread", usage: "/thread [n]", what: "open a thread" });
    chat.tell({ _tag: "thread" });
  },
  breaks: () => {
    chat.say("grace", "about to break");
    // What is drawn asks for it: an exception in drawing.
    process.on("SIGUSR2", () => {
      chat.topicOf = () => {
        throw new Error("drawing broke");
      };
      chat.say("grace", "now");
    });
  },
  throws: () => {
    chat.say("grace", "about to throw");
    process.on("SIGUSR2", () =>
      setImmediate(() => {
        throw new Error("something broke");
      }),
    );
  },
  refused: () => {
    chat.say("grace", "hello");
    process.on("SIGUSR2", () =>
      chat.setState({ _tag: "ended", reason: "the name ada is taken", ending: "name" }),
    );
  },
  typing: () => chat.tell({ _tag: "typing", username: "grace", room: "lobby" }),
};

/** 200 messages a second, ten thousand of them before; writes down how far behind the screen is, and its memory. */
const flood = () => {
  const words = "the quick brown fox jumps over the lazy dog and then some more of it comes".split(" ");
  const text = (n: number) => `message ${n} ${words.slice(n % 7).join(" ")}`;
  for (let n = 1; n <= 10_000; n++)
    chat.say(`user${n % 40}`, text(n), { room: n % 3 === 0 ? "ops" : "lobby" });
  let said = 0;
  const began = performance.now();
  let lateMs = 0;
  const timer = setInterval(() => {
    // As many as are due by the clock: a loop that is busy has more to say the next time.
    const due = Math.min(1_000, Math.floor((performance.now() - began) / 5));
    lateMs = Math.max(lateMs, (due - said) * 5);
    while (said < due) chat.say(`user${said % 40}`, `flood ${++said} ${words.join(" ")}`);
    if (said < 1_000) return;
    clearInterval(timer);
    const cpu = process.cpuUsage();
    const report = { lateMs, cpuMs: (cpu.user + cpu.system) / 1000, rss: process.memoryUsage().rss };
    writeFileSync(env["REPORT"]!, JSON.stringify(report));
  }, 5);
};

const script = process.argv[2] ?? "evening";
const opened = chat.open.bind(chat);
chat.open = () => {
  opened();
  if (script === "flood") flood();
  else scripts[script]!();
};
const isTerminal = process.stdout.isTTY;
const coloured = wantsColour({ refused: false, isTerminal, env });
const ending = await runScreen({
  chat,
  input: process.stdin,
  output: process.stdout,
  palette: coloured ? COLOURED : PLAIN,
  bell: true,
});
console.log(`ended: ${ending}`);
