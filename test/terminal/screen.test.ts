import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleScreen } from "../support/terminal/bundleScreen.ts";
import { Tmux, type Window, type WindowOptions } from "../support/terminal/Tmux.ts";

const tmux = await Tmux.start();
let bundle: Awaited<ReturnType<typeof bundleScreen>>;

beforeAll(async () => {
  bundle = await bundleScreen();
});
afterAll(() => bundle[Symbol.asyncDispose]());

const start = (script: string, options?: WindowOptions) =>
  tmux.run([process.execPath, bundle.path, script], options);

const rowsOf = (screen: string) => screen.split("\n");

const expectRestored = async (window: Window) => {
  expect(await window.isRestored()).toBe(true);
  expect(await window.fact("#{wrap_flag}")).toBe("1");
  // What is pasted is not marked any more.
  await window.paste("back again");
  expect(await window.until("back again")).not.toContain("200~");
};

describe.concurrent("the screen", () => {
  test("shows the room, what was said, the rooms with what is unread, and who is there", async () => {
    const terminal = await start("evening", { columns: 100, rows: 30 });
    const screen = await terminal.until("rooms: lobby (4)");
    const rows = rowsOf(screen);
    expect(rows[0]).toMatch(/^ #lobby {2}where everybody lands .* ada · connected$/);
    expect(screen).toMatch(/2 ops +@1 │/);
    expect(screen).toMatch(/3 design +1 │/);
    expect(screen).toContain("● grace");
    expect(screen).toContain("○ mary");
    expect(screen).toContain("── Friday 2026-11-27 ──");
    expect(screen).toMatch(/>\d\d:\d\d:\d\d <grace> ada: can you/);
    expect(screen).toContain("margaret joined");
    // What was said in another room is shown there alone.
    expect(screen).not.toContain("the pager rang");
    expect(screen).not.toContain("new colours");
    expect(await terminal.screen({ styles: true })).toContain("\u001b[7m");
  });

  test.each([
    [60, 20, true],
    [59, 20, false],
    [40, 20, false],
    [20, 10, false],
  ])("has its place at %i columns and %i rows", async (columns, rows, sidebar) => {
    const terminal = await start("evening", { columns, rows });
    const screen = await terminal.until(/design\s+\(?2\)/);
    expect(screen.includes("● grace")).toBe(sidebar);
    expect(rowsOf(screen)[0]).toMatch(/^ #lobby/);
    expect(rowsOf(screen).at(-1)).toMatch(/^>/);
    expect(rowsOf(screen)).toHaveLength(rows);
  });

  test("is drawn alike by Ink's own layout engine and canvas and by those in the bundle", async () => {
    const source = new URL("../support/terminal/screenProgram.ts", import.meta.url).pathname;
    const flag = "--disable-warning=ExperimentalWarning";
    const bundled = await start("thread", { columns: 120, rows: 24 });
    const yoga = await tmux.run([process.execPath, flag, source, "thread"], {
      columns: 120,
      rows: 24,
    });
    const timeless = (screen: string) => screen.replace(/\d\d:\d\d/g, "00:00");
    const wanted = timeless(await bundled.until(/shall we ship on Friday.*\n.*1 reply[^]*\n>$/));
    await yoga.until((screen) => timeless(screen) === wanted);
    const styled = async (window: Window) => timeless(await window.screen({ styles: true }));
    expect(await styled(bundled)).toBe(await styled(yoga));
  });

  test("is without colour when that is wished, and marks what names the reader all the same", async () => {
    const terminal = await start("evening", { env: { NO_COLOR: "1" } });
    await terminal.until(/>\d\d:\d\d:\d\d <grace> ada: can you/);
    expect(await terminal.screen({ styles: true })).not.toContain("\u001b[");
  });

  test("leaves no stale cells behind when it is resized", async () => {
    const terminal = await start("evening", { columns: 100, rows: 30 });
    await terminal.until("rooms: lobby (4)");
    for (const [columns, rows] of [
      [44, 12],
      [120, 40],
      [20, 8],
      [80, 24],
    ] as const) {
      await terminal.resize(columns, rows);
      await terminal.until((screen) => {
        const lines = rowsOf(screen);
        return lines.length === rows && lines.at(-1) === ">" && lines[0]!.startsWith(" #lobby");
      });
    }
    const fresh = await start("evening", { columns: 80, rows: 24 });
    const wanted = (await fresh.until("rooms: lobby (4)")).replace(/\d\d:\d\d:\d\d/g, "00:00:00");
    await terminal.until((screen) => screen.replace(/\d\d:\d\d:\d\d/g, "00:00:00") === wanted);
  });

  test("scrolls back, says what came meanwhile, and goes to the newest", async () => {
    const terminal = await start("numbered");
    await terminal.until("line 200");
    await terminal.press("PPage", "PPage");
    await terminal.until((screen) => screen.includes("line 160") && !screen.includes("line 200"));
    await terminal.until("scrolled back");
    await terminal.press("NPage", "NPage");
    await terminal.until("line 200");
    await terminal.press("PPage", "Escape");
    await terminal.until((screen) => screen.includes("line 200") && !screen.includes("scrolled back"));
  });

  test("shows a thread at the right until Esc, which closes it in the chat", async () => {
    const terminal = await start("thread", { columns: 120 });
    expect(await terminal.until("better on Monday")).toContain("thread, Esc closes it");
    await terminal.press("Escape");
    await terminal.until((screen) => !screen.includes("better on Monday"));
    expect(await terminal.until("rooms: lobby (4)")).not.toContain("to the thread");
  });

  test("loses nothing of what is typed at once after Esc, which is Alt to a terminal", async () => {
    const terminal = await start("thread", { columns: 120 });
    await terminal.until("better on Monday");
    await terminal.press("Escape", "/", "H", "i");
    expect(await terminal.until("> /Hi")).not.toContain("better on Monday");
  });

  test("shows the keys at ? and F1, but not in the middle of a text", async () => {
    const terminal = await start("evening");
    await terminal.until("rooms: lobby (4)");
    await terminal.type("?");
    await terminal.until("Alt-Enter, Ctrl-J");
    await terminal.press("Escape");
    await terminal.until("rooms: lobby (4)");
    await terminal.press("F1");
    await terminal.until("Alt-Enter, Ctrl-J");
    await terminal.press("Escape");
    await terminal.until("rooms: lobby (4)");
    await terminal.type("why?");
    await terminal.until("> why?");
  });
});

describe.concurrent("typing", () => {
  test("sends lines, brings them back, edits them, and says what is unknown", async () => {
    const terminal = await start("typing");
    await terminal.until("grace is typing");
    await terminal.type("hello wrold");
    await terminal.press("C-w");
    await terminal.enter("world");
    await terminal.until("<ada> hello world");
    await terminal.press("Up");
    await terminal.until("> hello world");
    await terminal.press("C-c");
    await terminal.until((screen) => screen.endsWith(">"));
    await terminal.enter("/frobnicate");
    expect(await terminal.until("there is no command /frobnicate")).not.toContain("<ada> /frobnicate");
    await terminal.enter("/thread");
    await terminal.until("there is no command /thread");
  });

  test("takes several lines, and a paste as text, whatever keys were in it", async () => {
    const terminal = await start("typing");
    await terminal.until("grace is typing");
    await terminal.paste("one\ntwo\u0003three\u001b[A\n");
    await terminal.until(/> one\n {2}twothree\[A/);
    await terminal.press("M-Enter");
    await terminal.enter("four");
    await terminal.until(/<ada> one\n.*twothree\[A\n.*four/);
  });

  test("completes names and switches rooms, each with what was said there", async () => {
    const terminal = await start("evening");
    await terminal.until("rooms: lobby (4)");
    await terminal.type("gra");
    await terminal.press("Tab");
    await terminal.until("> grace:");
    await terminal.press("C-u", "M-2");
    const ops = await terminal.until("ada, the pager rang");
    expect(ops).toMatch(/^ #ops {2}deploys and pages/);
    expect(ops).not.toContain("good evening");
    await terminal.press("C-n");
    await terminal.until("new colours");
    await terminal.press("C-n");
    expect(await terminal.until("good evening")).not.toContain("the pager rang");
  });
});

describe.concurrent("a connection that is lost", () => {
  test("is counted down to the next try, and what is typed meanwhile waits in sight", async () => {
    const terminal = await start("lost");
    await terminal.until(/connection lost, retrying in \d+s/);
    await terminal.enter("said offline");
    await terminal.until(/<ada> said offline \(not sent yet\)/);
    // The countdown goes on by itself.
    await terminal.until(/retrying in 5[0-8]s/);
  });

  test("is told when it is back, and what waited is sent once", async () => {
    const terminal = await start("loseThenReturn");
    await terminal.until("connection lost");
    await terminal.enter("said offline");
    await terminal.until("not sent yet");
    await terminal.signal("SIGUSR2");
    const screen = await terminal.until(
      (now) => now.includes("reconnected") && !now.includes("not sent yet"),
    );
    expect(screen.match(/said offline/g)).toHaveLength(1);
    expect(screen).toContain("ada · connected");
  });
});

describe.concurrent("the terminal", () => {
  test.each(["C-c", "C-d"])("is as it was after %s on an empty line", async (key) => {
    const terminal = await start("evening");
    await terminal.until("rooms: lobby (4)");
    await terminal.press(key);
    expect(await terminal.ended()).toBe(0);
    await expectRestored(terminal);
  });

  test.each([
    ["SIGTERM", 143],
    ["SIGHUP", 129],
    ["SIGINT", 130],
  ] as const)("is as it was after %s", async (signal, code) => {
    const terminal = await start("evening");
    await terminal.until("rooms: lobby (4)");
    await terminal.signal(signal);
    expect(await terminal.ended()).toBe(code);
    await expectRestored(terminal);
  });

  test.each([
    ["breaks", "drawing broke"],
    ["throws", "something broke"],
  ])("is as it was after an exception: %s", async (script, what) => {
    const terminal = await start(script);
    await terminal.until("about to");
    await terminal.signal("SIGUSR2");
    expect(await terminal.ended()).toBe(1);
    expect(await terminal.screen()).toContain(what);
    await expectRestored(terminal);
  });

  test("is given back when the chat ends by itself", async () => {
    const terminal = await start("refused");
    await terminal.until("hello");
    await terminal.signal("SIGUSR2");
    expect(await terminal.ended()).toBe(0);
    expect(await terminal.screen()).toContain("ended: name");
    await expectRestored(terminal);
  });

  test("cannot be moved, named or read by what others say", async () => {
    const terminal = await start("hostile", { columns: 100, rows: 14 });
    const screen = await terminal.until("after it all");
    expect(rowsOf(screen)[0]).toMatch(/^ #lobby {2}topic /);
    expect(rowsOf(screen).at(-1)).toMatch(/^>/);
    for (const n of [1, 2, 3]) expect(screen).toMatch(new RegExp(`text ${n} [^]*evil[^]*end`));
    for (const bad of ["\u202e", "\u200b", "\u001b"]) expect(screen).not.toContain(bad);
    expect(await terminal.fact("#{pane_title}")).not.toContain("owned");
    expect(await tmux.command("list-buffers")).not.toContain("owned");
  });
});
