import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bundleScreen } from "../support/terminal/bundleScreen.ts";
import { ScriptedChat } from "../support/terminal/ScriptedChat.ts";
import { Tmux } from "../support/terminal/Tmux.ts";
import { until } from "../support/until.ts";

const tmux = await Tmux.start();

/** As `clickclack chat` is started. */
const FLAGS = [
  "--max-semi-space-size=1",
  "--no-opt",
  "--no-maglev",
  "--no-sparkplug",
  "--optimize-for-size",
  "--expose-gc",
];
const MAX_RESIDENT = 80_000_000;
/** Messages are told every 5 ms; the program may be busy for so long at the most. */
const MAX_LATE_MS = 1_000;

test("ten thousand lines and 200 more a second stay under 80 MB and are kept up with", async () => {
  const folder = await mkdtemp(join(tmpdir(), "clickclack-flood-"));
  await using bundle = await bundleScreen();
  try {
    const report = join(folder, "report.json");
    const terminal = await tmux.run([process.execPath, ...FLAGS, bundle.path, "flood"], {
      columns: 120,
      rows: 40,
      env: { REPORT: report },
    });
    const read = async () => JSON.parse(await readFile(report, "utf8")) as { rss: number; lateMs: number };
    const { rss, lateMs } = await until(read, { what: "the flood to end", deadlineMs: 60_000, everyMs: 100 });
    expect(lateMs).toBeLessThan(MAX_LATE_MS);
    expect(rss).toBeLessThan(MAX_RESIDENT);
    await terminal.until("flood 1000");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("so does the whole client with its connection", async () => {
  const chat = await ScriptedChat.start();
  const window = await tmux.chat(["--url", chat.url, "--name", "ada", "--tui"], { columns: 100 });
  try {
    const { socket } = await chat.client("ada");
    for (let n = 1; n <= 10_000; n++) {
      chat.say("grace", `message ${n} the quick brown fox jumps over the lazy dog and more`);
      // As fast as it takes them: a burst on a socket is none in its memory.
      if (n % 200 === 0) await new Promise((taken) => socket.ping(taken));
    }
    await window.until("message 10000 the quick");
    expect(await window.residentBytes()).toBeLessThan(MAX_RESIDENT);
  } finally {
    await chat.stop();
  }
});
